"""What every oracle of this folder shares: seeded values, tensors as JSON, and the recorder of operator cases."""
import json
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"
GENERATOR = f"PyTorch {torch.__version__}, float64"

# One thread and no fast paths: the files come out byte for byte the same on the next run.
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


class Values:
    """Seeded float32-representable values that stay away from every kink of the operators under test."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)

    def real(self, *shape, low=-2.0, high=2.0):
        """Odd multiples of 1/16: 1/16 or more from 0, from 1 and from every other multiple of 1/8, where
        clamps and rectifiers have their kinks; and short in decimal, so the files stay small."""
        return (self.random.randint(round(low * 8), round(high * 8), shape) + 0.5) / 8

    def positive(self, *shape):
        return self.real(*shape, low=0.25, high=3.0)

    def distinct(self, *shape):
        """No two values nearer than 1/16, so a maximum has one owner."""
        count = int(np.prod(shape))
        return (self.random.permutation(count) - count // 2 + 0.5).reshape(shape) / 16

    def bits(self, *shape):
        return self.random.randint(0, 2, shape).astype(bool)


def numbers(array):
    """Flat list with 9 significant digits: enough for float32, and no noise of float64 in the diffs."""
    array = np.asarray(array)
    if array.dtype.kind in "bi":
        return [int(v) for v in array.ravel()]
    rounded = [float(f"{v:.9g}") for v in array.ravel()]
    if not np.isfinite(rounded).all():
        raise ValueError("a fixture holds a value that is not finite")
    return [int(v) if v.is_integer() else v for v in rounded]


def tensor(array):
    array = np.asarray(array)
    kind = {"b": "bool", "i": "int64", "f": "float32"}[array.dtype.kind]
    return {"type": kind, "shape": list(array.shape), "data": numbers(array)}


def detached(t):
    return tensor(t.detach().numpy())


class Recorder:
    """Collects operator cases: ONNX inputs and attributes beside what PyTorch makes of them."""

    def __init__(self, seed):
        self.values = Values(seed)
        self.cases = []

    def case(self, name, compute, inputs, attributes=None, constant=(), frozen=(), without_gradient=()):
        """Evaluate `compute` on the inputs in float64 and record outputs and gradients.

        name: the operator, then what is special about this case
        compute: takes one tensor (or None) for each input, returns one tensor or a tuple
        inputs: arrays; None is an optional input left out
        constant: indices of the inputs that have to be known when the graph is built
        frozen: indices of further inputs that get no gradient
        without_gradient: indices of the outputs through which no gradient comes back
        """
        arrays = [None if a is None else np.asarray(a) for a in inputs]
        differentiable = [
            a is not None and a.dtype.kind == "f" and i not in constant and i not in frozen
            for i, a in enumerate(arrays)
        ]
        for a in arrays:
            if a is not None and a.dtype.kind == "f" and not (a.astype(np.float32) == a).all():
                raise ValueError(f"{name}: an input is not representable in float32")
        leaves = [
            None if a is None else torch.tensor(a, requires_grad=d) for a, d in zip(arrays, differentiable)
        ]
        result = compute(*leaves)
        outputs = result if isinstance(result, tuple) else (result,)
        seeds = [
            None if i in without_gradient else torch.tensor(self.values.real(*out.shape))
            for i, out in enumerate(outputs)
        ]
        total = sum((out * seed).sum() for out, seed in zip(outputs, seeds) if seed is not None)
        wanted = [leaf for leaf, d in zip(leaves, differentiable) if d]
        gradients = iter(torch.autograd.grad(total, wanted))
        self.cases.append(
            {
                "name": name,
                "op": name.split()[0],
                "domain": "",
                "attributes": attributes or {},
                "inputs": [None if a is None else tensor(a) for a in arrays],
                "constant": list(constant),
                "outputs": [detached(out) for out in outputs],
                "outputGradients": [None if s is None else detached(s) for s in seeds],
                "inputGradients": [detached(next(gradients)) if d else None for d in differentiable],
            }
        )


def write(file_name, cases):
    """One case a line, so that a changed case is a changed line."""
    names = [case["name"] for case in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"{file_name}: two cases share a name")
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / file_name
    path.write_text(f'{{"generator":{json.dumps(GENERATOR)},"cases":[\n{lines}\n]}}\n')
    print(f"{path}: {len(cases)} cases, {path.stat().st_size / 1000:.0f} kB")
