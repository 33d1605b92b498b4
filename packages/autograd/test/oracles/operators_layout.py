"""Operators that move, join, cut and repeat values."""
import numpy as np
import torch
import torch.nn.functional as F

# ONNX says "to the end" with a number larger than any size; this one is exact in JSON and in every integer type.
TO_THE_END = 2**31 - 1


def record(recorder):
    joining(recorder)
    cutting(recorder)
    reshaping(recorder)
    blocks(recorder)


def joining(recorder):
    values = recorder.values
    recorder.case(
        "Concat axis 1 of three",
        lambda *parts: torch.cat(parts, 1),
        [values.real(2, 1, 2, 3), values.real(2, 3, 2, 3), values.real(2, 2, 2, 3)],
        {"axis": 1},
    )
    for axis, second in [(0, (1, 3)), (-1, (2, 1))]:
        parts = [values.real(2, 3), values.real(*second)]
        recorder.case(f"Concat axis {axis}", lambda *parts: torch.cat(parts, axis), parts, {"axis": axis})

    def expand(name, shape, target, result):
        recorder.case(f"Expand {name}", lambda x, _: x.expand(result), [values.real(*shape), target], constant=[1])

    expand("to more axes", (3, 1), [2, 3, 4], (2, 3, 4))
    expand("scalar", (), [2, 3], (2, 3))
    # ONNX broadcasts both ways: a 1 in the target keeps the input's size.
    expand("with 1 in the target", (1, 3, 4), [2, 1, 4], (2, 3, 4))


def cutting(recorder):
    values = recorder.values
    recorder.case(
        "Split axis 1 unequal",
        lambda x, _: torch.split(x, [1, 3, 2], 1),
        [values.real(2, 6, 3), [1, 3, 2]],
        {"axis": 1},
        constant=[1],
    )
    recorder.case("Split default axis", lambda x, _: torch.split(x, [2, 2]), [values.real(4, 3), [2, 2]], constant=[1])
    recorder.case(
        "Split of which one part is unused",
        lambda x, _: torch.split(x, [2, 1], 1),
        [values.real(2, 3, 2), [2, 1]],
        {"axis": 1},
        constant=[1],
        without_gradient=[1],
    )

    def cut(name, compute, shape, starts, ends, axes=None, steps=None):
        inputs = [values.real(*shape), starts, ends]
        if axes or steps:
            inputs.append(axes)
        if steps:
            inputs.append(steps)
        constant = [i for i, given in enumerate(inputs) if i and given is not None]
        recorder.case(f"Slice {name}", lambda x, *_: compute(x).clone(), inputs, constant=constant)

    cut("two axes", lambda x: x[:, 1:3, :, 2:4], (2, 4, 2, 5), [1, 2], [3, 4], [1, 3])
    cut("without axes", lambda x: x[0:1, 1:3], (2, 4), [0, 1], [1, 3])
    cut("negative indices and axes", lambda x: x[:, -3:-1], (2, 5), [-3], [-1], [-1])
    cut("steps 2", lambda x: x[:, :, 1::2, 0:5:2], (1, 2, 4, 5), [1, 0], [TO_THE_END, 5], [2, 3], [2, 2])
    cut("steps 1 and 3", lambda x: x[1:4, ::3], (5, 7), [1, 0], [4, TO_THE_END], [0, 1], [1, 3])
    cut("step -1", lambda x: x.flip(1), (2, 4), [-1], [-TO_THE_END], [1], [-1])

    def pad(name, x, pads, mode, value=None):
        rank = x.ndim
        # ONNX: all begins, then all ends; PyTorch: begin and end of each axis, the last axis first.
        order = [pads[side * rank + axis] for axis in reversed(range(rank)) for side in (0, 1)]
        if mode == "reflect":
            order = order[:4]  # PyTorch reflects the last two axes only, and wants no more named
        inputs = [x, pads] if value is None else [x, pads, np.float64(value)]
        recorder.case(
            f"Pad {name}",
            lambda x, *_: F.pad(x, order, mode, 0 if value is None else value),
            inputs,
            {"mode": mode},
            constant=list(range(1, len(inputs))),
        )

    pad("constant", values.real(1, 2, 2, 3), [0, 0, 1, 2, 0, 0, 0, 1], "constant")
    pad("constant value 0.5", values.real(2, 3), [1, 0, 0, 2], "constant", 0.5)
    pad("constant over channels", values.real(2, 2, 2), [0, 1, 0, 0, 0, 1], "constant")
    pad("constant negative cuts", values.real(1, 2, 4, 4), [0, 0, -1, 1, 0, 0, 1, -2], "constant")
    pad("reflect", values.real(1, 2, 4, 5), [0, 0, 1, 2, 0, 0, 3, 1], "reflect")
    pad("reflect of one edge", values.real(2, 1, 3, 3), [0, 0, 0, 2, 0, 0, 0, 0], "reflect")


def reshaping(recorder):
    values = recorder.values

    def reshape(name, shape, target, result):
        recorder.case(f"Reshape {name}", lambda x, _: x.reshape(result), [values.real(*shape), target], constant=[1])

    reshape("plain", (2, 6), [3, 4], (3, 4))
    reshape("with -1", (2, 3, 4), [4, -1], (4, 6))
    reshape("with 0 and -1", (2, 3, 4), [0, -1], (2, 12))
    reshape("to scalar", (1, 1), np.zeros(0, np.int64), ())
    recorder.case("Flatten default axis", lambda x: x.reshape(2, 12), [values.real(2, 3, 4)])
    recorder.case("Flatten axis 2", lambda x: x.reshape(6, 4), [values.real(2, 3, 2, 2)], {"axis": 2})
    recorder.case("Flatten axis 0", lambda x: x.reshape(1, 6), [values.real(2, 3)], {"axis": 0})
    recorder.case("Transpose default", lambda x: x.permute(2, 1, 0), [values.real(2, 3, 4)])
    perm = [0, 3, 1, 2]
    recorder.case("Transpose perm 0 3 1 2", lambda x: x.permute(perm), [values.real(2, 2, 3, 4)], {"perm": perm})
    recorder.case("Squeeze everything of size 1", lambda x: x.reshape(3, 2), [values.real(1, 3, 1, 2)])
    recorder.case("Squeeze axis 2", lambda x, _: x.squeeze(2), [values.real(1, 3, 1, 2), [2]], constant=[1])
    recorder.case("Squeeze axes 0 -2", lambda x, _: x.reshape(3, 2), [values.real(1, 3, 1, 2), [0, -2]], constant=[1])
    recorder.case("Unsqueeze axes 0 3", lambda x, _: x.reshape(1, 2, 3, 1), [values.real(2, 3), [0, 3]], constant=[1])
    recorder.case("Unsqueeze axis -1", lambda x, _: x.unsqueeze(-1), [values.real(2, 3), [-1]], constant=[1])


def blocks(recorder):
    """Written out from the reshapes of the ONNX document: PyTorch's pixel_shuffle orders channels otherwise (CRD)."""
    values = recorder.values

    def space_to_depth(x, b=2):
        n, c, h, w = x.shape
        return x.reshape(n, c, h // b, b, w // b, b).permute(0, 3, 5, 1, 2, 4).reshape(n, c * b * b, h // b, w // b)

    def depth_to_space(x, b=2):
        n, c, h, w = x.shape
        return x.reshape(n, b, b, c // (b * b), h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // (b * b), h * b, w * b)

    recorder.case("SpaceToDepth blocksize 2", space_to_depth, [values.real(2, 2, 4, 6)], {"blocksize": 2})
    recorder.case(
        "DepthToSpace DCR blocksize 2", depth_to_space, [values.real(2, 8, 2, 3)], {"blocksize": 2, "mode": "DCR"}
    )
    recorder.case("DepthToSpace default mode", depth_to_space, [values.real(1, 4, 2, 2)], {"blocksize": 2})
    gathering(recorder)


def gathering(recorder):
    values = recorder.values

    def gather(name, shape, indices, axis):
        indices = np.array(indices)
        recorder.case(
            f"Gather {name}",
            lambda x, i: x.index_select(axis, i.reshape(-1)).reshape(
                *x.shape[:axis], *i.shape, *x.shape[axis + 1 :]
            ),
            [values.real(*shape), indices],
            {"axis": axis},
            constant=[1],
        )

    gather("of some, one of them twice", (2, 4, 3), [3, 0, 3], 1)
    gather("of one entry", (2, 3, 2), 1, 1)
    gather("by a matrix of indices", (4, 3), [[0, 2], [3, 3]], 0)
    gather("along the last axis", (2, 2, 3), [2, 1], 2)
