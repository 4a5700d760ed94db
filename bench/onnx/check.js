#!/usr/bin/env node
// Checks that ONNX Runtime, loading a model that fnn exported, makes the same of
// the test set.
//
//     npm install --ignore-scripts --prefix DIR onnxruntime-node
//     fnn export MODEL -o x.onnx
//     fnn predict MODEL data/fashion-mnist/t10k-images-idx3-ubyte.gz -json >predictions.jsonl
//     NODE_PATH=DIR/node_modules node bench/onnx/check.js predictions.jsonl x.onnx...
//
// The data set's test images, all 10,000, go through ONNX Runtime at once, as
// 8-bit values or as pixels times the metadata's input_scale, whichever the graph
// takes. No probability may differ by more than 1e-5 from fnn's, and each class
// has to be the same; of a quantised model, whose activations may differ by a step
// here and there, by more than 0.05, and 20 classes may be others. ONNX Runtime
// checks the graph and infers its shapes when it loads it; its warnings go to
// standard error.
'use strict';

const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const ort = require('onnxruntime-node');

const limits = {float32: {probability: 1e-5, classes: 0}, int8: {probability: 0.05, classes: 20}};

// readImages returns the pixels of an IDX file of pictures.
function readImages(name) {
  const file = zlib.gunzipSync(fs.readFileSync(name));
  const count = file.readUInt32BE(4);
  return {count, size: file.readUInt32BE(8) * file.readUInt32BE(12), pixels: new Uint8Array(file.subarray(16))};
}

// readPredictions returns what `fnn predict -json` wrote, a picture a line, with
// each class's probability by its name.
function readPredictions(name) {
  return fs.readFileSync(name, 'utf8').trimEnd().split('\n').map((line) => {
    const {label, probabilities} = JSON.parse(line);
    return {label, probability: new Map(probabilities.map((p) => [p.class, p.probability]))};
  });
}

// readMetadata returns the metadata of an ONNX file, field 14 of its message,
// which ONNX Runtime does not show to JavaScript.
function readMetadata(name) {
  const file = fs.readFileSync(name);
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = file[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const texts = (end) => {
    const found = [];
    while (at < end) {
      at++; // the tag of a key or of a value
      const length = varint();
      found.push(file.toString('utf8', at, at + length));
      at += length;
    }
    return found;
  };
  const metadata = new Map();
  while (at < file.length) {
    const tag = varint();
    const value = varint(); // the length of all but the first field, an integer
    if ((tag & 7) !== 2) continue;
    if (tag >> 3 === 14) {
      metadata.set(...texts(at + value));
    } else {
      at += value;
    }
  }
  return metadata;
}

// softmax replaces a row of logits by probabilities.
function softmax(row) {
  const highest = Math.max(...row);
  const powers = Array.from(row, (x) => Math.exp(x - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((x) => x / sum);
}

async function check(name, images, predictions) {
  const metadata = readMetadata(name);
  const classes = metadata.get('classes').split('\n');
  const limit = limits[metadata.get('quantization') ?? 'float32'];
  const scale = Math.fround(Number(metadata.get('input_scale')));
  // Without AVX-512 VNNI, ONNX Runtime's sums of two products of bytes saturate unless told not to.
  const session = await ort.InferenceSession.create(name, {
    intraOpNumThreads: 1, logSeverityLevel: 2, extra: {session: {x64quantprecision: '1'}},
  });
  const [input] = session.inputMetadata;
  let data = images.pixels;
  if (input.type === 'float32') {
    data = Float32Array.from(images.pixels, (x) => Math.fround(x * scale));
  } else if (scale !== 1) {
    throw new Error(`${name}: 8-bit inputs, and scaled by ${scale} besides`);
  }
  const tensor = new ort.Tensor(input.type, data, [images.count, images.size]);
  const result = await session.run({[input.name]: tensor});
  const [outputName] = session.outputNames;
  const output = result[outputName];
  if (output.dims[0] !== images.count || output.dims[1] !== classes.length) {
    throw new Error(`${name}: output of shape ${output.dims}`);
  }
  let largest = 0;
  let others = 0;
  for (let i = 0; i < images.count; i++) {
    const row = output.data.subarray(i * classes.length, (i + 1) * classes.length);
    const probabilities = outputName === 'probabilities' ? row : softmax(row);
    const {label, probability} = predictions[i];
    if (row.indexOf(Math.max(...row)) !== label) others++;
    classes.forEach((c, j) => {
      const difference = Math.abs(probabilities[j] - probability.get(c));
      largest = difference <= largest ? largest : difference; // NaN is large
    });
  }
  const sound = largest <= limit.probability && others <= limit.classes;
  console.log(`${path.basename(name)}: ${input.type} ${input.shape} to ${outputName}: ` +
    `largest difference of a probability ${largest.toExponential(1)}, ${others} classes differ${sound ? '' : ': WRONG'}`);
  return sound;
}

async function main() {
  const [predictionsName, ...names] = process.argv.slice(2);
  const images = readImages(path.join(__dirname, '../../data/fashion-mnist/t10k-images-idx3-ubyte.gz'));
  const predictions = readPredictions(predictionsName);
  if (images.count !== 10000 || predictions.length !== images.count || names.length === 0) {
    throw new Error(`${images.count} images, ${predictions.length} predictions, ${names.length} models`);
  }
  for (const name of names) {
    if (!await check(name, images, predictions)) process.exitCode = 1;
  }
}

main();
