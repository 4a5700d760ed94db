#!/usr/bin/python3
"""Writes state_*.safetensors and state.json beside this script: weights as PyTorch, Keras and
scikit-learn hold them, and what PyTorch makes of a batch with them.

The safetensors files are put together by hand, sorted by type and name as the format's own library
sorts them, because Debian does not package that. state.json has, for each file, the architecture in
fnn's words, the batch "x" and its "logits", in float64 from the weights as they are in the file.

Made with PyTorch 1.13 (Debian: python3-torch).
"""

import json
import pathlib
import struct

import torch
from torch import nn

folder = pathlib.Path(__file__).parent
torch.manual_seed(1)
torch.set_num_threads(1)

TYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
contents = []


def little_endian(tensor):
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    return tensor.contiguous().numpy().tobytes()


def save(name, tensors):
    header, data = {}, b""
    for key, t in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
        raw = little_endian(t)
        header[key] = {"dtype": TYPES[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def record(name, architecture, model, tensors):
    """Saves the tensors, and what the model, which has the same weights, makes of a batch."""
    save(f"state_{name}.safetensors", tensors)
    inputs = next(m for m in model.modules() if isinstance(m, (nn.Linear, nn.BatchNorm1d)))
    x = torch.rand(4, getattr(inputs, "in_features", None) or inputs.num_features)
    model = model.double().eval()
    with torch.no_grad():
        logits = model(x.double())
    contents.append({"file": f"state_{name}.safetensors", "architecture": architecture, "x": x.tolist(),
                     "logits": logits.float().tolist()})


def randomise(model):
    """Gives batch normalisation other statistics and weights than the initial ones."""
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm1d):
            for tensor, low, high in ((layer.weight, 0.5, 1.5), (layer.bias, -0.5, 0.5),
                                      (layer.running_mean, -0.5, 0.5), (layer.running_var, 0.01, 2)):
                nn.init.uniform_(tensor, low, high)
            layer.num_batches_tracked.fill_(7)


def sequential(**options):
    """Has more than ten modules, so that 10 comes after 9 only by its value."""
    model = nn.Sequential(
        nn.Linear(9, 8), nn.BatchNorm1d(8, **options), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 8), nn.BatchNorm1d(8, **options), nn.ReLU(),
        nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 3))
    randomise(model)
    return model


WORDS = "8 bn relu dropout:0.1 8 bn relu 8 relu 5 relu"


class Named(nn.Module):
    """Has layers whose names are not in the order of the alphabet."""

    def __init__(self, bias=True):
        super().__init__()
        self.input = nn.Linear(9, 8, bias=bias)
        self.hidden = nn.Linear(8, 5, bias=bias)
        self.classifier = nn.Linear(5, 3, bias=bias)

    def forward(self, x):
        return self.classifier(torch.relu(self.hidden(torch.relu(self.input(x)))))


for kind, name in ((torch.float32, "float32"), (torch.float16, "float16"), (torch.bfloat16, "bfloat16")):
    model = sequential()
    model = model.to(kind).float()  # round the weights
    state = {k: v if v.dtype == torch.int64 else v.to(kind) for k, v in model.state_dict().items()}
    record(name, WORDS, model, state)

model = Named()
record("named", "8 relu 5 relu", model, {"module." + k: v.clone() for k, v in model.state_dict().items()})
model = Named(bias=False)
record("no_bias", "8 relu 5 relu", model, {k: v.clone() for k, v in model.state_dict().items()})

# Keras: weights (inputs, outputs), another epsilon.
model = sequential(eps=1e-3)
names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
state, dense, norm = {}, 0, 0
for layer in model:
    if isinstance(layer, nn.Linear):
        prefix = "dense" + (f"_{dense}" if dense else "")
        state[f"{prefix}/kernel:0"], state[f"{prefix}/bias:0"] = layer.weight.detach().T.clone(), layer.bias.detach().clone()
        dense += 1
    elif isinstance(layer, nn.BatchNorm1d):
        prefix = "batch_normalization" + (f"_{norm}" if norm else "")
        for ours, theirs in names.items():
            state[f"{prefix}/{theirs}:0"] = getattr(layer, ours).detach().clone()
        norm += 1
record("keras", WORDS, model, state)

# scikit-learn: weights (inputs, outputs) in float64.
model = Named().double()
state = {}
for i, layer in enumerate((model.input, model.hidden, model.classifier)):
    state[f"coefs_.{i}"], state[f"intercepts_.{i}"] = layer.weight.detach().T.clone(), layer.bias.detach().clone()
record("sklearn", "8 relu 5 relu", model, state)

# All square: only the reader can tell.
model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
record("square", "4 relu", model, {k: v.clone() for k, v in model.state_dict().items()})

text = json.dumps(contents, separators=(",", ":")).replace('},{', '},\n{') + "\n"
(folder / "state.json").write_text(text)
