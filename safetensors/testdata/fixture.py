#!/usr/bin/python3
"""Writes fixture.safetensors beside this script, independently of the Go package.

The file is put together by hand from the format's description at
https://huggingface.co/docs/safetensors, with Python's json and NumPy alone. On purpose it differs from
what the Go writer would write: the header lists tensors in another order than their data, has white
space and escapes, and its length is no multiple of 8.

The metadata key "float16.sha256" holds the SHA-256 of what NumPy makes of every binary16 that is not
a NaN, in ascending order of their bits, as little-endian float32.
"""

import hashlib
import json
import pathlib
import struct

import numpy as np

halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
halves = halves[~np.isnan(halves)].astype("<f4")

weight = np.array([[0.1, -2.5, 3e-45], [np.inf, -0.0, 3.4028235e38]], dtype="<f4")
half = np.array([1.0, -0.333251953125, 6e-8, 65504.0], dtype="<f2")
brain = np.array([1.0, -3.140625, 1e38, 2.0**-133], dtype=np.float32)
brain = (brain.view(np.uint32) >> 16).astype("<u2")
batches = np.array(-(2**53) - 1, dtype="<i8")
mask = np.array([True, False, True])

# In the order of their data.
tensors = [
    ("0.num_batches_tracked", "I64", batches),
    ("0.weight", "F32", weight),
    ("half", "F16", half),
    ("brain", "BF16", brain),
    ("none", "F32", np.zeros((3, 0), dtype="<f4")),
    ("mask", "BOOL", mask),
]

header, data = {}, b""
for name, dtype, array in tensors:
    begin = len(data)
    data += array.tobytes()
    header[name] = {"data_offsets": [begin, len(data)], "shape": list(array.shape), "dtype": dtype}
header = {name: header[name] for name in sorted(header)}
header["__metadata__"] = {
    "float16.sha256": hashlib.sha256(halves.tobytes()).hexdigest(),
    "classes": 'T-shirt/top\t"Bag"\\\u0001 été 👟',
}

text = json.dumps(header, indent=1).encode()
if len(text) % 8 == 0:
    text += b" "
path = pathlib.Path(__file__).with_name("fixture.safetensors")
path.write_bytes(struct.pack("<Q", len(text)) + text + data)
