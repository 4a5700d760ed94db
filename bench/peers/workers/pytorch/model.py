"""Models of fnn's in PyTorch."""

import json
import struct

import numpy as np
import torch


def build(words, inputs, classes):
    """Returns the torch.nn.Sequential that an architecture's words describe."""
    layers, width = [], inputs
    for word in [*words, str(classes)]:
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


def load(name):
    """Returns the model of a file, ready to predict.

    The safetensors format is read by hand, because Debian does not package its library. Its tensors go
    into the torch.nn.Sequential as they are: every key has to be there, and no other.
    """
    with open(name, "rb") as f:
        (length,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(length))
        data = f.read()
    metadata = header.pop("__metadata__")
    types = {"F32": np.float32, "I64": np.int64}
    tensors = {}
    for key, t in header.items():
        begin, end = t["data_offsets"]
        array = np.frombuffer(data[begin:end], types[t["dtype"]]).reshape(t["shape"])
        tensors[key] = torch.from_numpy(array.copy())
    classes = len(metadata["classes"].split("\n"))
    model = build(metadata["architecture"].split(), int(metadata["inputs"]), classes)
    model.load_state_dict(tensors)
    return model.eval()
