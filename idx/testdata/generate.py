"""Writes the fixtures of package idx with numpy, and expected.json beside them.

Run from anywhere: python3 generate.py
"""

import gzip
import json
import pathlib
import struct

import numpy as np

HERE = pathlib.Path(__file__).parent
CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}

random = np.random.default_rng(1)


def integers(kind, shape):
    limits = np.iinfo(kind)
    values = random.integers(limits.min, limits.max, size=shape, dtype=kind, endpoint=True)
    values.flat[0], values.flat[-1] = limits.min, limits.max
    return values


def floats(kind, shape):
    limits = np.finfo(kind)
    values = random.standard_normal(shape).astype(kind)
    values.flat[:4] = [limits.max, limits.smallest_subnormal, -0.0, -limits.tiny]
    return values


ARRAYS = {
    "images.idx3-uint8": integers("uint8", (4, 5, 3)),
    "labels.idx1-int8": integers("int8", (7,)),
    "matrix.idx2-int16": integers("int16", (3, 4)),
    "labels.idx1-int32": integers("int32", (6,)),
    "images.idx4-float32": floats("float32", (2, 3, 2, 2)),
    "matrix.idx2-float64": floats("float64", (3, 2)),
    "scalar.idx0-float64": np.array(np.pi),
    "empty.idx3-uint8": np.zeros((3, 0, 2), "uint8"),
    "images.idx3-float32.gz": floats("float32", (2, 4, 4)),
}

expected = {}
for name, values in ARRAYS.items():
    content = struct.pack(">HBB", 0, CODES[values.dtype.name], values.ndim)
    content += np.array(values.shape, ">u4").tobytes()
    content += values.astype(values.dtype.newbyteorder(">")).tobytes()
    if name.endswith(".gz"):
        content = gzip.compress(content, mtime=0)
    (HERE / name).write_bytes(content)
    # A float32 is exact in the float64 that JSON carries.
    expected[name] = {
        "type": values.dtype.name,
        "shape": list(values.shape),
        "values": [float(x) for x in values.flat],
    }

lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(array)}" for name, array in expected.items())
(HERE / "expected.json").write_text("{\n" + lines + "\n}\n")
