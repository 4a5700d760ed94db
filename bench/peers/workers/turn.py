"""A worker's side of the comparison, in Python: what internal/turn is in Go."""

import functools
import gzip
import sys
import time

import numpy as np

BATCH, SAMPLES = 64, 48000


def serve(version, tasks):
    """Answers the turns of a worker until its input ends."""
    print(version, flush=True)
    for line in sys.stdin:
        task, *arguments = line.split()
        try:
            seconds, check = tasks[task](*arguments)
            print("ok", seconds, check, flush=True)
        except Exception as error:
            print("error", str(error).replace("\n", " "), flush=True)


def repeat(seconds, function):
    """Returns the seconds that a call takes, on average over about the given time, after as long a warm-up."""

    def measure(calls):
        begin = time.perf_counter()
        for _ in range(calls):
            function()
        return time.perf_counter() - begin

    calls, begin = 1, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        took = measure(calls)
        if took < seconds / 8:
            calls *= 2
    calls = max(1, int(seconds / took * calls))
    return measure(calls) / calls


@functools.cache
def fashion(name, count):
    """Returns the first images, (count, 784) of float32 in [0, 1], and labels of "train" or "t10k"."""
    folder = "data/fashion-mnist/" + name
    with gzip.open(folder + "-images-idx3-ubyte.gz") as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 784)[:count]
    with gzip.open(folder + "-labels-idx1-ubyte.gz") as f:
        labels = np.frombuffer(f.read(), np.uint8, offset=8)[:count]
    return pixels.astype(np.float32) / 255, labels.astype(np.int64)
