"""Reductions. In opset 17 the axes of ReduceSum are an input, those of the others an attribute."""
import torch


def record(recorder):
    values = recorder.values
    shape = (2, 3, 4)
    forms = {
        "axis 1": {"axes": [1]},
        "axes 0 2 keepdims 0": {"axes": [0, 2], "keepdims": 0},
        "axes 0 2 keepdims 1": {"axes": [0, 2], "keepdims": 1},
        "axis -1 keepdims 0": {"axes": [-1], "keepdims": 0},
        "everything": {},
        "everything keepdims 0": {"keepdims": 0},
    }
    operators = {
        "ReduceSum": lambda x, axes, keep: x.sum(axes, keepdim=keep),
        "ReduceMean": lambda x, axes, keep: x.mean(axes, keepdim=keep),
        "ReduceSumSquare": lambda x, axes, keep: (x * x).sum(axes, keepdim=keep),
        "ReduceMax": lambda x, axes, keep: torch.amax(x, axes, keepdim=keep),
    }
    for op, reduce in operators.items():
        for form, attributes in forms.items():
            axes = attributes.get("axes", [0, 1, 2])
            keep = bool(attributes.get("keepdims", 1))
            x = values.distinct(*shape) if op == "ReduceMax" else values.real(*shape)
            if op == "ReduceSum" and "axes" in attributes:
                rest = {name: value for name, value in attributes.items() if name != "axes"}
                recorder.case(f"{op} {form}", lambda x, _: reduce(x, axes, keep), [x, axes], rest, constant=[1])
            else:
                recorder.case(f"{op} {form}", lambda x: reduce(x, axes, keep), [x], attributes)
    recorder.case(
        "ReduceMean axes 2 3 of an image",
        lambda x: x.mean((2, 3), keepdim=True),
        [values.real(2, 3, 4, 3)],
        {"axes": [2, 3]},
    )
