#!/usr/bin/env node
// Measures how fast a quantised model predicts the 10,000 test images: fnn's against
// ONNX Runtime's, in turns, with one thread and with two.
//
//     npm install --ignore-scripts --prefix DIR onnxruntime-node
//     fnn quantize MODEL -o int8.safetensors
//     go build -o DIR/int8 ./bench/onnx/int8
//     NODE_PATH=DIR/node_modules node bench/onnx/int8.js DIR/int8 model.safetensors int8.safetensors [ROUNDS]
//
// ONNX Runtime gets the same integers in each form that it has kernels for, in calls
// of all images and of fewer, from bytes and to logits:
//
//     QDQ      what `fnn export -uint8` writes, and onnxruntime.quantization: Gemm
//              between DequantizeLinear and QuantizeLinear, which it makes QGemm of
//     QGemm    its own operator, a layer each
//     integer  MatMulInteger, then scales and offsets in float32
//
// Each takes its turn of a tenth of a second in every round; a figure is the median
// of the rounds, in milliseconds for 10,000 images.
'use strict';

const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const zlib = require('zlib');
const ort = require('onnxruntime-node');

const turn = 0.1; // seconds
const folder = path.join(__dirname, '../../data/fashion-mnist/t10k-');
const unzip = (name) => zlib.gunzipSync(fs.readFileSync(folder + name));
const pixels = new Uint8Array(unzip('images-idx3-ubyte.gz').subarray(16));
const labels = unzip('labels-idx1-ubyte.gz').subarray(8);
const images = labels.length;

// readModel returns the layers of a quantised model's file.
function readModel(name) {
  const file = fs.readFileSync(name);
  const start = 8 + Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', 8, start));
  const layers = [];
  for (let i = 0; header[`${i}.weight`]; i++) {
    if (header[`${i}.table`]) throw new Error(`${name}: a model with tables`);
    const data = (part) => {
      const [from, to] = header[`${i}.${part}`].data_offsets;
      return file.subarray(start + from, start + to);
    };
    const [outputs, inputs] = header[`${i}.weight`].shape;
    const weight = Buffer.alloc(inputs * outputs); // (inputs, outputs)
    data('weight').forEach((w, at) => { weight[at % inputs * outputs + Math.trunc(at / inputs)] = w; });
    layers.push({inputs, outputs, weight, scale: data('scale'), offset: data('offset')});
  }
  return layers;
}

// A protobuf message is a Buffer; these are its fields (protobuf.dev, "Encoding").
const varint = (n) => Buffer.from(n < 128 ? [n] : [n & 127 | 128, ...varint(Math.trunc(n / 128))]);
const number = (field, n) => Buffer.concat([varint(field * 8), varint(n)]);
const bytes = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value));

const types = {float: 1, uint8: 2, int8: 3, int32: 6}; // TensorProto.DataType

// graphOf returns an ONNX file from "input" (images, inputs), uint8, to "logits", that
// add fills with operators. The field numbers are those of onnx.proto.
function graphOf(layers, add) {
  const fields = [text(2, 'graph')];
  const constant = (name, type, dims, raw) => {
    fields.push(bytes(5, Buffer.concat([...dims.map((d) => number(1, d)), number(2, types[type]), text(8, name), bytes(9, raw)])));
    return name;
  };
  const node = (op, output, inputs, attribute, domain) => {
    const message = [...inputs.map((x) => text(1, x)), text(2, output), text(3, output), text(4, op)];
    if (attribute) message.push(bytes(5, Buffer.concat([text(1, attribute[0]), number(3, attribute[1]), number(20, 2)])));
    if (domain) message.push(text(7, domain));
    fields.push(bytes(1, Buffer.concat(message)));
    return output;
  };
  constant('zero', 'uint8', [], Buffer.from([0]));
  constant('zeroWeight', 'int8', [], Buffer.from([0]));
  constant('one', 'float', [], Buffer.from(Float32Array.of(1).buffer));
  let x = 'input';
  layers.forEach((l, i) => {
    constant(`scale${i}`, 'float', [l.outputs], l.scale);
    constant(`offset${i}`, 'float', [l.outputs], l.offset);
    constant(`weight${i}`, 'int8', [l.inputs, l.outputs], l.weight);
    x = add({node, constant, l, i, x, last: i === layers.length - 1});
  });
  const port = (field, name, type, width) => bytes(field, Buffer.concat([text(1, name), bytes(2, bytes(1, Buffer.concat([
    number(1, types[type]), bytes(2, Buffer.concat([bytes(1, text(2, 'batch')), bytes(1, number(1, width))]))])))]));
  fields.push(port(11, 'input', 'uint8', layers[0].inputs), port(12, x, 'float', layers[layers.length - 1].outputs));
  const opset = (domain, version) => bytes(8, Buffer.concat([text(1, domain), number(2, version)]));
  return Buffer.concat([number(1, 8), bytes(7, Buffer.concat(fields)), opset('', 17), opset('com.microsoft', 1)]);
}

// biasOf returns a layer's offsets in multiples of its scales.
function biasOf(l) {
  const bias = Buffer.alloc(4 * l.outputs);
  for (let j = 0; j < l.outputs; j++) bias.writeInt32LE(Math.round(l.offset.readFloatLE(4 * j) / l.scale.readFloatLE(4 * j)), 4 * j);
  return bias;
}

const forms = {
  QDQ({node, constant, l, i, x, last}) {
    const input = node('DequantizeLinear', `input${i}`, [x, 'one', 'zero']);
    const weight = node('DequantizeLinear', `w${i}`, [`weight${i}`, `scale${i}`, constant(`zeros${i}`, 'int8', [l.outputs], Buffer.alloc(l.outputs))], ['axis', 1]);
    const bias = node('DequantizeLinear', `b${i}`, [constant(`bias${i}`, 'int32', [l.outputs], biasOf(l)), `scale${i}`, constant(`zerosBias${i}`, 'int32', [l.outputs], Buffer.alloc(4 * l.outputs))], ['axis', 0]);
    const y = node('Gemm', `y${i}`, [input, weight, bias]);
    return last ? y : node('QuantizeLinear', `bytes${i}`, [y, 'one', 'zero']);
  },
  QGemm({node, constant, l, i, x, last}) {
    const zeros = constant(`zeros${i}`, 'int8', [l.outputs], Buffer.alloc(l.outputs));
    const inputs = [x, 'one', 'zero', `weight${i}`, `scale${i}`, zeros, constant(`bias${i}`, 'int32', [l.outputs], biasOf(l))];
    return node('QGemm', `y${i}`, last ? inputs : [...inputs, 'one', 'zero'], null, 'com.microsoft');
  },
  integer({node, i, x, last}) {
    const sum = node('MatMulInteger', `sum${i}`, [x, `weight${i}`]);
    const float = node('Cast', `float${i}`, [sum], ['to', types.float]);
    const y = node('Add', `y${i}`, [node('Mul', `scaled${i}`, [float, `scale${i}`]), `offset${i}`]);
    return last ? y : node('QuantizeLinear', `bytes${i}`, [y, 'one', 'zero']);
  },
};

// contender returns a function that predicts all images in calls of so many, for
// about a turn, and returns the seconds that it takes once, and how many are right.
async function contender(file, size, threads) {
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3,
  });
  const width = pixels.length / images;
  const batches = [];
  for (let at = 0; at < images; at += size) {
    const rows = Math.min(size, images - at);
    batches.push({input: new ort.Tensor('uint8', pixels.subarray(at * width, (at + rows) * width), [rows, width])});
  }
  const predict = async () => {
    const logits = [];
    for (const batch of batches) logits.push((await session.run(batch))[session.outputNames[0]].data);
    return logits;
  };
  return async () => {
    const all = await predict();
    let runs = 0;
    const begin = process.hrtime.bigint();
    let seconds;
    do {
      await predict();
      runs++;
      seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    } while (seconds < turn);
    let right = 0;
    let row = 0;
    for (const logits of all) {
      for (let at = 0; at < logits.length; at += 10) {
        const values = logits.subarray(at, at + 10);
        if (values.indexOf(Math.max(...values)) === labels[row++]) right++;
      }
    }
    return [seconds / runs, right];
  };
}

// ours starts the program of fnn's side, and returns a contender for each type.
function ours(program, model, quantised, threads) {
  const child = childProcess.spawn(program, [model, quantised, threads], {stdio: ['pipe', 'pipe', 'inherit'], env: {...process.env, GOMAXPROCS: threads}});
  const lines = readline.createInterface({input: child.stdout})[Symbol.asyncIterator]();
  const ask = (type) => async () => {
    child.stdin.write(`${type} ${turn}\n`);
    return (await lines.next()).value.split(' ').map(Number);
  };
  return {'fnn float32': ask('float32'), 'fnn int8': ask('int8'), close: () => child.stdin.end()};
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function main() {
  const [program, model, quantised, rounds = 9] = process.argv.slice(2);
  const layers = readModel(quantised);
  console.log(`ONNX Runtime ${require('onnxruntime-node/package.json').version}, Node.js ${process.version}, ${rounds} rounds`);
  for (const threads of [1, 2]) {
    const {close, ...contenders} = ours(program, model, quantised, threads);
    for (const [form, add] of Object.entries(forms)) {
      const file = graphOf(layers, add);
      for (const size of [images, 1000, 250]) contenders[`ONNX Runtime ${form}, ${size} a call`] = await contender(file, size, threads);
    }
    const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
    const right = {};
    for (let round = 0; round < rounds; round++) {
      for (const [name, predict] of Object.entries(contenders)) {
        const [seconds, n] = await predict();
        times[name].push(seconds);
        right[name] = n;
      }
    }
    close();
    const us = median(times['fnn int8']);
    console.log(`\n${threads} thread${threads > 1 ? 's' : ''}                                     ms   fnn int8 is   right`);
    for (const [name, list] of Object.entries(times)) {
      const time = median(list);
      console.log(`  ${name.padEnd(34)}${(1000 * time).toFixed(2).padStart(8)}${(time / us).toFixed(2).padStart(10)} x${String(right[name]).padStart(9)}`);
    }
  }
}

main();
