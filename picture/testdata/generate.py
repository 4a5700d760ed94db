"""Writes bilinear.json: what PyTorch makes of a picture when enlarging it."""

import json
import pathlib

import torch

generator = torch.Generator().manual_seed(1)
source = torch.randint(0, 256, (5, 4), generator=generator)
cases = []
for size in [(6, 5), (10, 8), (28, 22), (28, 28), (5, 9)]:
    pixels = torch.nn.functional.interpolate(
        source[None, None].double(), size=size, mode="bilinear", align_corners=False)
    cases.append({"Height": size[0], "Width": size[1],
                  "Pixels": [round(p, 6) for p in pixels.flatten().tolist()]})

out = pathlib.Path(__file__).with_name("bilinear.json")
out.write_text(json.dumps({"Source": source.flatten().tolist(), "Cases": cases}) + "\n")
