"""Arithmetic with every form of broadcasting, activations, selection."""
import numpy as np
import torch
import torch.nn.functional as F


def record(recorder):
    arithmetic(recorder)
    functions(recorder)
    activations(recorder)
    selection(recorder)


def arithmetic(recorder):
    values = recorder.values
    forms = {
        "equal shapes": ((2, 3, 2, 2), (2, 3, 2, 2)),
        "scalar right": ((2, 3, 2), ()),
        "scalar left": ((), (2, 3, 2)),
        "one element right": ((2, 3, 2), (1,)),
        "[C,1,1] right": ((2, 3, 2, 2), (3, 1, 1)),
        "[1,C,1,1] right": ((2, 3, 2, 2), (1, 3, 1, 1)),
        "[1,C,1,1] left": ((1, 3, 1, 1), (2, 3, 2, 2)),
        "last axis right": ((2, 3, 4), (4,)),
        "both sides": ((3, 1, 4), (2, 1)),
    }
    operators = {
        "Add": torch.add,
        "Sub": torch.sub,
        "Mul": torch.mul,
        "Div": torch.div,
    }
    for op, compute in operators.items():
        for form, (left, right) in forms.items():
            divisor = values.positive(*right) if op == "Div" else values.real(*right)
            recorder.case(f"{op} {form}", compute, [values.real(*left), divisor])
    recorder.case("Div negative divisor", torch.div, [values.real(2, 3), -values.positive(2, 3)])


def functions(recorder):
    values = recorder.values
    for op, compute in {"Neg": torch.neg, "Abs": torch.abs, "Exp": torch.exp, "Sign": torch.sign}.items():
        recorder.case(op, compute, [values.real(2, 3, 4)])
    for op, compute in {"Log": torch.log, "Sqrt": torch.sqrt}.items():
        recorder.case(op, compute, [values.positive(2, 3, 4)])
    recorder.case("Reciprocal", torch.reciprocal, [values.real(2, 3, 4)])
    for exponent in (2.0, 3.0, 0.5, -1.5):
        base = values.real(2, 5) if exponent in (2.0, 3.0) else values.positive(2, 5)
        recorder.case(f"Pow exponent {exponent:g}", torch.pow, [base, np.float64(exponent)], constant=[1])
    recorder.case("Identity", torch.clone, [values.real(2, 3)])
    recorder.case("Cast float32 to float32", torch.clone, [values.real(2, 3)], {"to": 1})


def activations(recorder):
    values = recorder.values
    recorder.case("Relu", torch.relu, [values.real(2, 3, 4)])
    recorder.case("LeakyRelu default", lambda x: F.leaky_relu(x, 0.01), [values.real(2, 3, 4)])
    recorder.case("LeakyRelu alpha 0.25", lambda x: F.leaky_relu(x, 0.25), [values.real(2, 3, 4)], {"alpha": 0.25})
    recorder.case("Sigmoid", torch.sigmoid, [values.real(2, 3, 4, low=-8, high=8)])
    recorder.case("Tanh", torch.tanh, [values.real(2, 3, 4, low=-4, high=4)])
    recorder.case("Softplus", F.softplus, [values.real(2, 3, 4, low=-8, high=8)])
    # ONNX: max(0, min(1, alpha x + beta)); kinks at -2.5 and 2.5, then at -2 and 6.
    recorder.case(
        "HardSigmoid default", lambda x: torch.clamp(0.2 * x + 0.5, 0, 1), [values.real(2, 3, 6, low=-4, high=4)]
    )
    recorder.case(
        "HardSigmoid alpha 0.125 beta 0.25",
        lambda x: torch.clamp(0.125 * x + 0.25, 0, 1),
        [values.real(2, 3, 6, low=-8, high=8)],
        {"alpha": 0.125, "beta": 0.25},
    )
    recorder.case("HardSwish", F.hardswish, [values.real(2, 3, 6, low=-5, high=5)])


def selection(recorder):
    values = recorder.values
    # The sixteenth more keeps the two sides apart: one lies on odd multiples of 1/16, the other on even ones.
    for op, compute in {"Max": torch.maximum, "Min": torch.minimum}.items():
        recorder.case(f"{op} equal shapes", compute, [values.real(2, 3, 4), values.real(2, 3, 4) + 1 / 16])
        recorder.case(f"{op} scalar right", compute, [values.real(2, 3, 4), np.float64(0.5)])
        recorder.case(f"{op} both sides", compute, [values.real(3, 1, 4), values.real(2, 1) + 1 / 16])
    low, high = np.float64(-0.75), np.float64(0.5)
    recorder.case("Clip min and max", torch.clamp, [values.real(3, 8), low, high], constant=[1, 2])
    recorder.case("Clip min", lambda x, low: torch.clamp(x, min=low), [values.real(2, 6), low], constant=[1])
    recorder.case(
        "Clip max", lambda x, _, high: torch.clamp(x, max=high), [values.real(2, 6), None, high], constant=[2]
    )

    def where(name, condition, left, right):
        recorder.case(f"Where {name}", torch.where, [values.bits(*condition), values.real(*left), values.real(*right)])

    where("equal shapes", (2, 3, 4), (2, 3, 4), (2, 3, 4))
    where("scalar right", (2, 3, 4), (2, 3, 4), ())
    where("everything broadcast", (2, 1, 1, 4), (3, 1, 1), (2, 3, 2, 1))
    for op, compute in {"Floor": torch.floor, "Ceil": torch.ceil}.items():
        recorder.case(op, compute, [values.real(2, 3, 4)])
    recorder.case("Clip limits not known before it runs", torch.clamp, [values.real(3, 8), low, high], frozen=[1, 2])
    large = np.float64(2**27)
    recorder.case("Clip to a large limit", torch.clamp, [values.real(3, 8), low, large], constant=[1, 2])
    for name, slope in {"one slope": (1,), "a slope for each channel": (3, 1, 1)}.items():
        recorder.case(
            f"PRelu {name}",
            lambda x, a: torch.where(x > 0, x, a * x),
            [values.real(2, 3, 2, 3), values.real(*slope)],
        )
    recorder.case("Elu default alpha", F.elu, [values.real(2, 3, 4)])
    recorder.case("Elu alpha 0.5", lambda x: F.elu(x, 0.5), [values.real(2, 3, 4)], {"alpha": 0.5})
    recorder.case("Erf", torch.erf, [values.real(2, 3, 4)])
