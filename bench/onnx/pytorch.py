#!/usr/bin/python3
"""Checks that fnn, taking in what PyTorch trained and wrote, makes the same of the test set.

    python3 bench/onnx/pytorch.py

Run it in the repository's root, with Go and PyTorch installed (Debian: python3-torch). It trains a
784-128-64-10 network with batch normalisation for an epoch, writes it as ONNX with torch.onnx.export,
and its state_dict as safetensors of float32, float16 and bfloat16 for `fnn import`, and compares the
logits of the 10,000 test images: none may differ by more than 1e-4 from PyTorch's with the same,
perhaps rounded, weights.
"""

import copy
import gzip
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch import nn

LIMIT = 1e-4
TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
WORDS = "128 bn relu dropout:0.2 64 relu"


def read_idx(name, header):
    with gzip.open(f"data/fashion-mnist/{name}") as f:
        return np.frombuffer(f.read(), np.uint8, offset=header)


def images(name):
    return torch.from_numpy(read_idx(name, 16).reshape(-1, 784).astype(np.float32)) / 255


def save(name, state):
    """Writes a safetensors file, by hand because Debian does not package the format's library."""
    header, data = {}, b""
    for key, t in sorted(state.items()):
        raw = (t.view(torch.int16) if t.dtype == torch.bfloat16 else t).contiguous().numpy().tobytes()
        header[key] = {"dtype": TYPES[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    name.write_bytes(struct.pack("<Q", len(text)) + text + data)


def train(model):
    x, labels = images("train-images-idx3-ubyte.gz"), torch.from_numpy(read_idx("train-labels-idx1-ubyte.gz", 8).astype(np.int64))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for batch in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), labels[batch]).backward()
        optimizer.step()
    return model.eval()


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = train(nn.Sequential(nn.Linear(784, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 64), nn.ReLU(),
                                nn.Linear(64, 10)))
    test = images("t10k-images-idx3-ubyte.gz")
    sound = True
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def check(name, file, reference):
            nonlocal sound
            subprocess.run(["go", "run", "./bench/onnx", str(file), str(folder / "logits")], check=True)
            ours = np.frombuffer((folder / "logits").read_bytes(), ">f4", offset=12).reshape(len(test), -1)
            with torch.no_grad():
                theirs = reference(test).numpy()
            difference, others = np.abs(ours - theirs).max(), (ours.argmax(1) != theirs.argmax(1)).sum()
            print(f"{name}: largest difference of a logit {difference:.1e}, {others} classes differ")
            sound = sound and difference <= LIMIT and ours.shape == theirs.shape

        torch.onnx.export(model, test[:2], str(folder / "x.onnx"), input_names=["x"], dynamic_axes={"x": {0: "batch"}})
        check("ONNX", folder / "x.onnx", model)
        for kind in (torch.float32, torch.float16, torch.bfloat16):
            rounded = copy.deepcopy(model).to(kind).float()
            save(folder / "state.safetensors", {k: v if v.dtype == torch.int64 else v.to(kind) for k, v in model.state_dict().items()})
            subprocess.run(["go", "run", "./cmd/fnn", "import", str(folder / "state.safetensors"), "-model", WORDS,
                            "-o", str(folder / "model.safetensors")], check=True)
            check(f"state_dict of {TYPES[kind]}", folder / "model.safetensors", rounded)
    if not sound:
        sys.exit("PyTorch disagrees")


if __name__ == "__main__":
    main()
