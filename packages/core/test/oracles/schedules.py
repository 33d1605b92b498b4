"""Learning rates of torch.optim.lr_scheduler, for schedule.test.ts.

Run with Debian's python3: /usr/bin/python3 schedules.py
Writes ../fixtures/schedules.json: settings, steps an epoch, and the rate of every step of the run. Warm-up is
LinearLR from 1/n to 1 and then the schedule, one after the other (SequentialLR).
"""

import json
import pathlib
import warnings

import torch
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LinearLR,
    PolynomialLR,
    SequentialLR,
    StepLR,
)

warnings.filterwarnings("ignore")
RATE = 0.02
DECAY = 0.9


def schedule(name, optimizer, steps, steps_per_epoch):
    if name == "cosine":
        return CosineAnnealingLR(optimizer, T_max=steps)
    if name == "poly":
        return PolynomialLR(optimizer, total_iters=steps, power=0.9)
    if name == "exponential":
        return StepLR(optimizer, step_size=steps_per_epoch, gamma=DECAY)
    return ConstantLR(optimizer, factor=1)


def rates(name, epochs, steps_per_epoch, warm_up):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=RATE)
    steps = epochs * steps_per_epoch
    rising = [LinearLR(optimizer, 1 / warm_up, 1, total_iters=warm_up - 1)] if warm_up else []
    after = schedule(name, optimizer, steps - warm_up, steps_per_epoch)
    if rising:
        after = SequentialLR(optimizer, [*rising, after], milestones=[warm_up])
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        after.step()
    return found


CASES = [
    ("exponential", 4, 5, 0),
    ("cosine", 4, 5, 0),
    ("cosine", 3, 7, 6),
    ("poly", 4, 5, 0),
    ("poly", 3, 7, 6),
    ("constant", 2, 3, 0),
    ("constant", 3, 4, 5),
]

cases = [
    {
        "name": f"{name}, {epochs} epochs of {steps_per_epoch} steps, {warm_up} to warm up",
        "settings": {
            "schedule": name,
            "learningRate": RATE,
            "learningRateDecay": DECAY,
            "warmUp": warm_up,
            "epochs": epochs,
        },
        "stepsPerEpoch": steps_per_epoch,
        "rates": [float(f"{rate:.12g}") for rate in rates(name, epochs, steps_per_epoch, warm_up)],
    }
    for name, epochs, steps_per_epoch, warm_up in CASES
]

target = pathlib.Path(__file__).parent.parent / "fixtures" / "schedules.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
