// The ONNX Runtime worker, on Node.js.
//
//     OMP_NUM_THREADS=1 node worker.js
'use strict';

const fs = require('fs');
const readline = require('readline');
const zlib = require('zlib');

let ort;
try {
  ort = require('onnxruntime-node');
} catch (error) {
  console.error(error.message.split('\n')[0]);
  process.exit(1);
}

const threads = Number(process.env.OMP_NUM_THREADS);
const folder = 'data/fashion-mnist/t10k-';
const pixels = zlib.gunzipSync(fs.readFileSync(folder + 'images-idx3-ubyte.gz')).subarray(16);
const labels = zlib.gunzipSync(fs.readFileSync(folder + 'labels-idx1-ubyte.gz')).subarray(8);

const sessions = new Map();

async function session(name) {
  if (!sessions.has(name)) {
    sessions.set(name, await ort.InferenceSession.create(name + '.onnx', {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    }));
  }
  return sessions.get(name);
}

// images returns the first test images, (count, 784) in [0, 1].
function images(count) {
  const x = Float32Array.from(pixels.subarray(0, count * 784), (pixel) => pixel / 255);
  return new ort.Tensor('float32', x, [count, 784]);
}

// repeat returns the seconds that a run takes, on average over about the given time, after as long a
// warm-up.
async function repeat(seconds, run) {
  const measure = async (calls) => {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) await run();
    return Number(process.hrtime.bigint() - begin) / 1e9;
  };
  let calls = 1;
  let took = 0;
  for (const begin = Date.now(); Date.now() - begin < 1000 * seconds;) {
    took = await measure(calls);
    if (took < seconds / 8) calls *= 2;
  }
  calls = Math.max(1, Math.trunc(seconds / took * calls));
  return await measure(calls) / calls;
}

// right returns how many of the logits' rows are highest at their label.
function right(logits) {
  const classes = logits.dims[1];
  let count = 0;
  for (let i = 0; i < logits.dims[0]; i++) {
    const row = logits.data.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[i]) count++;
  }
  return count;
}

const tasks = {
  async predict(name, count, seconds) {
    const s = await session(name);
    const x = images(Number(count));
    const took = await repeat(Number(seconds), () => s.run({x}));
    return [took, right((await s.run({x}))[s.outputNames[0]])];
  },

  // Writes the logits of the test images to a file, float32 as they lie in memory.
  async logits(name, file) {
    const s = await session(name);
    const begin = process.hrtime.bigint();
    const logits = (await s.run({x: images(10000)}))[s.outputNames[0]];
    fs.writeFileSync(file, Buffer.from(logits.data.buffer, logits.data.byteOffset, logits.data.byteLength));
    return [Number(process.hrtime.bigint() - begin) / 1e9, 0];
  },
};

async function main() {
  console.log(`ONNX Runtime ${require('onnxruntime-node/package.json').version}, Node.js ${process.version}`);
  for await (const line of readline.createInterface({input: process.stdin})) {
    const [task, ...words] = line.split(' ');
    try {
      const [seconds, check] = await tasks[task](...words);
      console.log(`ok ${seconds} ${check}`);
    } catch (error) {
      console.log(`error ${String(error.message).replaceAll('\n', ' ')}`);
    }
  }
}

main();
