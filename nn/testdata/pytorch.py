#!/usr/bin/python3
"""Writes torch.json beside this script: what PyTorch computes for small networks.

For each network the file holds fixed inputs, labels and initial weights; the result of one forward and
one backward pass in training mode; and the weights after 1, 10 and 50 steps of Adam on that same batch.
Some networks learn with weight decay, with clipped gradients or with smoothed labels.

    {"torch": version, "learning_rate": 0.01, "networks": [network, ...]}

network:
    "architecture"  the words for the hidden layers, such as "6 bn relu 5 relu"; "" is one dense layer
    "inputs"        number of features (D)
    "classes"       number of outputs (C)
    "x"             tensor (N, D), the batch
    "labels"        N whole numbers from 0 to C-1
    "initial"       state: the weights before the first step
    "logits"        tensor (N, C), in training mode, with the initial weights
    "loss"          F.cross_entropy of those logits, the mean over the batch
    "gradients"     state: the gradient of that loss by each parameter, clipped
    "trained"       {"1": state, "10": state, "50": state}, after so many steps of torch.optim.AdamW
                    with the learning rate above and PyTorch's defaults otherwise
    "eval_logits"   tensor (N, C), in evaluation mode, after 50 steps
    "weight_decay"  of AdamW, for the weights of Linear layers; no other parameters decay
    "clip_norm"     max_norm of clip_grad_norm_; 0 if it is not called
    "clipped"       in how many of the 50 steps it made gradients smaller
    "label_smoothing"  of F.cross_entropy

tensor: {"shape": [...], "values": [...], "deviation": d}
    The values are float32 in row-major order, printed so that they read back the same. The deviation is
    the largest difference between them and the same computation by PyTorch in float64: what rounding
    does to this result, and so what another correct float32 implementation may differ by too. (A bias
    before a batch norm has a true gradient of zero; Adam scales the rounding error that it has instead
    up to whole steps, so there the deviation is large.) Given values have the deviation 0.

state: {key: tensor}, with the keys and layouts of the state_dict of a torch.nn.Sequential in which every
    word is a layer ("128" a Linear, "bn" a BatchNorm1d, "relu" a ReLU) and a Linear for the classes ends
    the list. Linear weights are (out, in). Gradients have no running statistics.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

LEARNING_RATE = 0.01
STEPS = (1, 10, 50)

# architecture, inputs, classes, batch, recipe
NETWORKS = [
    ("", 7, 4, 5, {}),
    ("8 relu", 7, 4, 5, {}),
    ("6 relu 5 relu", 7, 4, 5, {}),
    ("6 bn relu 5 bn relu", 7, 4, 5, {}),
    ("19 bn relu 33 relu", 20, 10, 17, {}),
    ("6 relu 5 bn relu", 7, 4, 5, {"weight_decay": 0.5}),
    ("6 relu 5 bn relu", 7, 4, 5, {"clip_norm": 0.5}),
    ("6 relu 5 bn relu", 7, 4, 5, {"label_smoothing": 0.2}),
    ("34 bn relu", 33, 4, 6, {"weight_decay": 0.1, "clip_norm": 0.3, "label_smoothing": 0.1}),
]


def build(architecture, inputs, classes):
    layers, width = [], inputs
    for word in architecture.split():
        if word == "relu":
            layers.append(torch.nn.ReLU())
        elif word == "bn":
            layers.append(torch.nn.BatchNorm1d(width))
        else:
            layers.append(torch.nn.Linear(width, int(word)))
            width = int(word)
    layers.append(torch.nn.Linear(width, classes))
    model = torch.nn.Sequential(*layers)
    for layer in model:
        if isinstance(layer, torch.nn.BatchNorm1d):
            # The defaults, 1 and 0, would hide a mistake.
            torch.nn.init.uniform_(layer.weight, 0.5, 1.5)
            torch.nn.init.uniform_(layer.bias, -0.5, 0.5)
    return model


def copy(state):
    return {key: value.detach().clone() for key, value in state.items()}


def run(model, x, labels, weight_decay=0, clip_norm=0, label_smoothing=0):
    """Returns everything PyTorch computes for one network, in the precision of model and x."""
    result = {"initial": copy(model.state_dict()), "trained": {}, "clipped": 0}
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE)
    model.train()
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, labels, label_smoothing=label_smoothing)
        loss.backward()
        if clip_norm:
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
            result["clipped"] += int(norm > clip_norm)
        if step == 1:
            result["logits"], result["loss"] = logits.detach().clone(), loss.item()
            result["gradients"] = copy({key: p.grad for key, p in model.named_parameters()})
        optimizer.step()
        if step in STEPS:
            result["trained"][str(step)] = copy(model.state_dict())
    model.eval()
    with torch.no_grad():
        result["eval_logits"] = model(x)
    return result


def tensor(single, double):
    values = [float(str(np.float32(v))) for v in single.flatten().tolist()]
    deviation = (single.double() - double.double()).abs().max().item()
    return {"shape": list(single.shape), "values": values, "deviation": float(f"{deviation:.2g}")}


def state(single, double):
    return {key: tensor(single[key], double[key]) for key in single}


def network(architecture, inputs, classes, batch, recipe):
    model = build(architecture, inputs, classes)
    x = torch.randn(batch, inputs)
    labels = torch.randint(classes, (batch,))
    double = build(architecture, inputs, classes).double()
    double.load_state_dict(model.state_dict())

    a, b = run(model, x, labels, **recipe), run(double, x.double(), labels, **recipe)
    assert a["clipped"] == b["clipped"]
    return {
        "architecture": architecture,
        "inputs": inputs,
        "classes": classes,
        "x": tensor(x, x),
        "labels": labels.tolist(),
        "initial": state(a["initial"], b["initial"]),
        "logits": tensor(a["logits"], b["logits"]),
        "loss": float(str(np.float32(a["loss"]))),
        "gradients": state(a["gradients"], b["gradients"]),
        "trained": {step: state(a["trained"][step], b["trained"][step]) for step in a["trained"]},
        "eval_logits": tensor(a["eval_logits"], b["eval_logits"]),
        "weight_decay": recipe.get("weight_decay", 0),
        "clip_norm": recipe.get("clip_norm", 0),
        "clipped": a["clipped"],
        "label_smoothing": recipe.get("label_smoothing", 0),
    }


torch.manual_seed(1)
torch.set_num_threads(1)
contents = {
    "torch": torch.__version__,
    "learning_rate": LEARNING_RATE,
    "networks": [network(*n) for n in NETWORKS],
}
# A line for each tensor.
text = json.dumps(contents, separators=(",", ":")).replace('},"', '},\n"') + "\n"
pathlib.Path(__file__).with_name("torch.json").write_text(text)
