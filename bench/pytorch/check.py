#!/usr/bin/env python3
"""Checks that PyTorch, loading a model of fnn's, makes the same of the test set.

    python3 bench/pytorch/check.py runs/A-lr0.001-seed1/model.safetensors

Run it in the repository's root, with Go, PyTorch and NumPy installed (Debian: python3-torch). It
loads the file's tensors as they are into a torch.nn.Sequential, computes the logits of the 10,000
test images, and compares them with those that fnn computes: no logit may differ by more than 1e-4,
and the accuracy has to be the same. The safetensors format is read by hand, because Debian does not
package its library.
"""

import gzip
import json
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch


def load(name):
    """Returns the tensors and the metadata of a safetensors file."""
    with open(name, "rb") as f:
        (length,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(length))
        data = f.read()
    metadata = header.pop("__metadata__", {})
    types = {"F32": np.float32, "I64": np.int64}
    tensors = {}
    for key, t in header.items():
        begin, end = t["data_offsets"]
        tensors[key] = torch.from_numpy(
            np.frombuffer(data[begin:end], types[t["dtype"]]).reshape(t["shape"]).copy())
    return tensors, metadata


def build(metadata):
    """Returns the torch.nn.Sequential that the metadata describes."""
    layers, width = [], int(metadata["inputs"])
    for word in metadata["architecture"].split() + [str(len(metadata["classes"].split("\n")))]:
        if word == "relu":
            layers.append(torch.nn.ReLU())
        elif word == "bn":
            layers.append(torch.nn.BatchNorm1d(width))
        elif word.startswith("dropout:"):
            layers.append(torch.nn.Dropout(float(word.split(":")[1])))
        else:
            layers.append(torch.nn.Linear(width, int(word)))
            width = int(word)
    return torch.nn.Sequential(*layers)


def read_idx(name, kind, header, opener=open):
    with opener(name, "rb") as f:
        return np.frombuffer(f.read(), kind, offset=header)


def main():
    tensors, metadata = load(sys.argv[1])
    model = build(metadata)
    model.load_state_dict(tensors)  # strict: every key has to be there, and no other
    model.eval()

    folder = "data/fashion-mnist/t10k-"
    pixels = read_idx(folder + "images-idx3-ubyte.gz", np.uint8, 16, gzip.open).reshape(10000, -1)
    labels = read_idx(folder + "labels-idx1-ubyte.gz", np.uint8, 8, gzip.open)
    with torch.no_grad():
        logits = model(torch.from_numpy(pixels.astype(np.float32)) * float(metadata["input_scale"])).numpy()

    with tempfile.NamedTemporaryFile(suffix=".idx") as f:
        subprocess.run(["go", "run", "./bench/pytorch", sys.argv[1], f.name], check=True)
        ours = read_idx(f.name, ">f4", 12).reshape(logits.shape)

    difference = np.abs(ours - logits).max()
    accuracy = [(x.argmax(1) == labels).mean() for x in (ours, logits)]
    print(f"largest difference of a logit {difference:.2e}; accuracy {accuracy[0]:.4f} here, {accuracy[1]:.4f} in PyTorch")
    if difference > 1e-4 or accuracy[0] != accuracy[1]:
        sys.exit("PyTorch disagrees")


if __name__ == "__main__":
    main()
