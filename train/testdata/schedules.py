#!/usr/bin/python3
"""Writes schedules.json beside this script: the learning rates of PyTorch's schedulers, step by step.

    {"torch": version, "learning_rate": 0.01, "steps": 5, "epochs": 8,
     "rates": {words: [rate, ...], ...}}

The words are those of train.ParseSchedule. Rates are those of the steps of all epochs, one after the
other; the schedulers of torch.optim.lr_scheduler are stepped after every batch.
"""

import json
import pathlib
import warnings

import torch
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LinearLR, SequentialLR, StepLR

RATE, STEPS, EPOCHS = 0.01, 5, 8

# words, the scheduler over so many steps
SCHEDULES = {
    "constant": lambda o, n: ConstantLR(o, 1, n),
    "step:3:0.5": lambda o, n: StepLR(o, 3 * STEPS, 0.5),
    "step:1:0.1": lambda o, n: StepLR(o, STEPS, 0.1),
    "cosine": lambda o, n: CosineAnnealingLR(o, n),
    "cosine:0.002": lambda o, n: CosineAnnealingLR(o, n, 0.002),
}


def rates(schedule, warmup):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], RATE)
    first, rest = warmup * STEPS, (EPOCHS - warmup) * STEPS
    if warmup:
        rise = LinearLR(optimizer, 1 / first, 1, first - 1)
        scheduler = SequentialLR(optimizer, [rise, schedule(optimizer, rest)], [first])
    else:
        scheduler = schedule(optimizer, rest)
    values = []
    for _ in range(first + rest):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return values


warnings.simplefilter("ignore")  # SequentialLR calls what its own library deprecates
contents = {"torch": torch.__version__, "learning_rate": RATE, "steps": STEPS, "epochs": EPOCHS, "rates": {}}
for words, schedule in SCHEDULES.items():
    contents["rates"][words] = rates(schedule, 0)
    for warmup in (1, 3):
        contents["rates"][f"warmup:{warmup} {words}"] = rates(schedule, warmup)
text = json.dumps(contents).replace('], "', '],\n"').replace('{"', '{\n"', 2) + "\n"
pathlib.Path(__file__).with_name("schedules.json").write_text(text)
