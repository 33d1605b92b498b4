"""Writes ../fixtures/optimisers.json: five steps of each optimiser on a small quadratic, in float64.

usage: /usr/bin/python3 optimisers.py
"""
import numpy as np
import torch
from fixture import numbers, write

STEPS = 5
START = np.array([1.0, -0.5, 0.25, 2.0, -1.5, 0.75])
TARGET = np.array([0.25, 0.5, 0.5, -1.0, 0.0, 0.75])
# f(p) = sum c (p - t)^2 / 2. The curvature of 2e-6 gives gradients near Adam's epsilon, where its forms part; the
# last entry starts at its target: its gradient is 0 and nothing may move it.
CURVATURE = np.array([1.0, 4.0, 0.25, 2e-6, 10.0, 3.0])
RATE = 0.05
DECAY = 0.3
ADAM = {"learningRate": RATE, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}


def gradient(parameters):
    """Rounded to float32, so that what the file says is exactly what was used."""
    return (CURVATURE * (parameters - TARGET)).astype(np.float32).astype(np.float64)


def keras_adam():
    """tf.keras.optimizers.Adam: p -= lr sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon).

    Kingma and Ba, 2015, end of section 2: the epsilon here is the paper's "epsilon hat", not corrected for bias.
    """
    b1, b2 = ADAM["beta1"], ADAM["beta2"]
    p, m, v = START.copy(), np.zeros_like(START), np.zeros_like(START)
    for t in range(1, STEPS + 1):
        g = gradient(p)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        p = p - RATE * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + ADAM["epsilon"])
        yield g, p


def pytorch(optimizer_of):
    parameters = torch.nn.Parameter(torch.tensor(START))
    optimizer = optimizer_of([parameters])
    for _ in range(STEPS):
        g = gradient(parameters.detach().numpy())
        parameters.grad = torch.tensor(g)
        optimizer.step()
        yield g, parameters.detach().numpy().copy()


def case(name, optimizer, options, steps):
    gradients, after = zip(*steps)
    return {
        "name": name,
        "optimizer": optimizer,
        "options": options,
        "parameters": numbers(START),
        "gradients": [numbers(g) for g in gradients],
        "after": [numbers(p) for p in after],
    }


def torch_sgd(**options):
    return lambda parameters: torch.optim.SGD(parameters, RATE, **options)


def sgd_case(name, **options):
    return case(name, "sgd", {"learningRate": RATE, **options}, pytorch(torch_sgd(**options)))


def adamw():
    """torch.optim.AdamW in two groups: the first three parameters decay, the others do not."""
    decaying, spared = (torch.nn.Parameter(torch.tensor(part)) for part in (START[:3], START[3:]))
    optimizer = torch.optim.AdamW(
        [{"params": [decaying], "weight_decay": DECAY}, {"params": [spared], "weight_decay": 0.0}],
        RATE,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    for _ in range(STEPS):
        g = gradient(torch.cat([decaying, spared]).detach().numpy())
        decaying.grad, spared.grad = torch.tensor(g[:3]), torch.tensor(g[3:])
        optimizer.step()
        yield g, torch.cat([decaying, spared]).detach().numpy().copy()


write(
    "optimisers.json",
    [
        case("Adam, Keras form", "adam", ADAM, keras_adam()),
        {
            **case("AdamW", "adamw", {"learningRate": RATE, "weightDecay": DECAY, "epsilon": 1e-8}, adamw()),
            "decayed": [1, 1, 1, 0, 0, 0],
        },
        sgd_case("SGD", momentum=0, nesterov=False),
        sgd_case("SGD with momentum", momentum=0.9, nesterov=False),
        sgd_case("SGD with Nesterov momentum", momentum=0.9, nesterov=True),
    ],
)
