#!/usr/bin/python3
"""Writes the ONNX files pytorch_*.onnx beside this script, as torch.onnx.export makes them of small
networks, and pytorch.json: for each file the architecture it holds in fnn's words, a batch of inputs
and what PyTorch makes of them, before a softmax if there is one.

Made with PyTorch 1.13 (Debian: python3-torch).
"""

import json
import pathlib

import torch
from torch import nn

folder = pathlib.Path(__file__).parent
torch.manual_seed(1)
torch.set_num_threads(1)


def sequential():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(16, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.4), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 3))


class Viewed(nn.Module):
    """Takes the size of the batch from the input, scales it, has a layer without bias."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(16, 8)
        self.output = nn.Linear(8, 3, bias=False)

    def forward(self, x):
        x = (x.view(x.size(0), -1) - 0.286) / 0.353
        return self.output(torch.relu(self.hidden(x)))


class Divided(nn.Module):
    """Divides pixels by 255 itself, normalises before the activation and ends in log-softmax."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(16, 8)
        self.norm = nn.BatchNorm1d(8, eps=1e-3)
        self.output = nn.Linear(8, 3)

    def logits(self, x):
        return self.output(self.norm(torch.relu(self.hidden(x.reshape(-1, 16) / 255.0))))

    def forward(self, x):
        return torch.log_softmax(self.logits(x), dim=-1)


class Probabilities(nn.Module):
    """Casts bytes, and ends in softmax."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm1d(16), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))

    def logits(self, x):
        return self.layers(x.float() * (1 / 255))

    def forward(self, x):
        return torch.softmax(self.logits(x), dim=1)


def randomise(model):
    """Gives batch normalisation other statistics and weights than the initial ones."""
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm1d):
            for tensor, low, high in ((layer.weight, 0.5, 1.5), (layer.bias, -0.5, 0.5),
                                      (layer.running_mean, -0.5, 0.5), (layer.running_var, 0.01, 2)):
                nn.init.uniform_(tensor, low, high)


pictures = torch.rand(4, 1, 4, 4)
pixels = torch.randint(256, (4, 16))
batch = {"dynamic_axes": {"input": {0: "batch"}}}

# name, architecture, model, inputs, options of the export
NETWORKS = [
    ("sequential", "8 bn relu 5 relu", sequential(), pictures, batch),
    ("fixed", "8 bn relu 5 relu", sequential(), pictures, {"opset_version": 9}),
    ("training", "", sequential(), pictures,
     {"opset_version": 17, "training": torch.onnx.TrainingMode.TRAINING, "do_constant_folding": False}),
    ("inputs", "8 bn relu 5 relu", sequential(), pictures, {"opset_version": 8, "keep_initializers_as_inputs": True}),
    ("viewed", "8 relu", Viewed(), pictures, batch),
    ("divided", "8 relu bn", Divided(), pixels.float(), batch),
    ("bytes", "bn 8 relu", Probabilities(), pixels.byte(), batch),
]

contents = []
for name, architecture, model, x, options in NETWORKS:
    randomise(model)
    model.eval()
    with torch.no_grad():
        logits = getattr(model, "logits", model)(x)
    options = {"input_names": ["input"], "output_names": ["output"], **options}
    torch.onnx.export(model, x, str(folder / f"pytorch_{name}.onnx"), **options)
    contents.append({
        "file": f"pytorch_{name}.onnx",
        "architecture": architecture,
        "x": x.reshape(len(x), -1).tolist(),
        "logits": logits.tolist(),
    })
text = json.dumps(contents, separators=(",", ":")).replace('},{', '},\n{') + "\n"
(folder / "pytorch.json").write_text(text)
