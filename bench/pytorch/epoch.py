#!/usr/bin/env python3
"""Times PyTorch at what BenchmarkTrain in package bench does, in samples a second.

    python3 bench/pytorch/epoch.py [threads]

Run it in the repository's root, right before or after `go test -bench Train ./bench`, with PyTorch
and NumPy installed (Debian: python3-torch). Eager mode on the CPU, batches of 64 real images in
shuffled order, Adam with its faster foreach implementation; the best of three epochs of 48,000.
"""

import gzip
import sys
import time

import numpy as np
import torch

BATCH, SAMPLES = 64, 48000
MODELS = {
    "A": "128 relu 64 relu",
    "B": "128 relu dropout:0.4 64 relu dropout:0.4",
    "C": "128 bn relu dropout:0.4 64 bn relu dropout:0.4",
    "W": "512 bn relu dropout:0.2 512 bn relu dropout:0.2",
}


def build(words):
    layers, width = [], 784
    for word in words.split() + ["10"]:
        name, _, argument = word.partition(":")
        if name == "relu":
            layers.append(torch.nn.ReLU())
        elif name == "bn":
            layers.append(torch.nn.BatchNorm1d(width))
        elif name == "dropout":
            layers.append(torch.nn.Dropout(float(argument)))
        else:
            layers.append(torch.nn.Linear(width, int(word)))
            width = int(word)
    return torch.nn.Sequential(*layers)


def epoch(model, optimizer, images, labels):
    order = torch.randperm(SAMPLES)
    begin = time.perf_counter()
    for i in range(0, SAMPLES, BATCH):
        batch = order[i:i + BATCH]
        loss = torch.nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return time.perf_counter() - begin


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    torch.set_num_threads(threads)
    folder = "data/fashion-mnist/train-"
    with gzip.open(folder + "images-idx3-ubyte.gz") as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 784)[:SAMPLES]
    with gzip.open(folder + "labels-idx1-ubyte.gz") as f:
        labels = np.frombuffer(f.read(), np.uint8, offset=8)[:SAMPLES]
    images = torch.from_numpy(pixels.astype(np.float32) / 255)
    labels = torch.from_numpy(labels.astype(np.int64))
    for name, words in MODELS.items():
        model = build(words)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, foreach=True)
        best = min(epoch(model, optimizer, images, labels) for _ in range(3))
        print(f"PyTorch {torch.__version__} {name}/threads={threads} {SAMPLES / best:.0f} samples/s")


if __name__ == "__main__":
    main()
