"""Convolutions, with weights [Cout, Cin/groups, kh, kw]; transposed ones, with [Cin, Cout/groups, kh, kw]."""
import torch.nn.functional as F

SAME_3 = [1, 1, 1, 1]
SAME_5 = [2, 2, 2, 2]


def options(attributes):
    """The ONNX attributes that PyTorch takes as they are, under its names."""
    names = {"strides": "stride", "dilations": "dilation", "group": "groups"}
    return {names[name]: value for name, value in attributes.items() if name in names}


def conv(attributes):
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    return lambda x, w, b=None: F.conv2d(F.pad(x, (left, right, top, bottom)), w, b, **options(attributes))


def conv_transpose(attributes):
    """ONNX: pads cut rows and columns off the full result, output_padding leaves more at its end."""
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    more_rows, more_columns = attributes.get("output_padding", [0, 0])

    def compute(x, w, b=None):
        # PyTorch pads symmetrically only: take the full result and cut it here.
        full = F.conv_transpose2d(x, w, **options(attributes))
        full = F.pad(full, (-left, more_columns - right, -top, more_rows - bottom))
        return full if b is None else full + b.reshape(1, -1, 1, 1)

    return compute


def record(recorder):
    convolutions(recorder)
    transposed(recorder)


def convolutions(recorder):
    real = recorder.values.real

    def case(name, x, w, bias=True, **attributes):
        inputs = [real(*x), real(*w)] + ([real(w[0])] if bias else [])
        attributes = {"kernel_shape": list(w[2:]), **attributes}
        recorder.case(f"Conv {name}", conv(attributes), inputs, attributes)

    case("1x1", (2, 3, 3, 4), (2, 3, 1, 1))
    case("3x3 same", (2, 2, 4, 5), (3, 2, 3, 3), pads=SAME_3)
    case("5x5 same", (2, 2, 6, 5), (2, 2, 5, 5), pads=SAME_5)
    case("5x5 same on an image smaller than the kernel", (2, 2, 2, 3), (2, 2, 5, 5), pads=SAME_5)
    case("valid", (1, 2, 5, 4), (2, 2, 3, 3))
    case("without bias", (1, 2, 4, 5), (2, 2, 3, 3), bias=False, pads=SAME_3)
    case("kernel 3x1", (1, 2, 4, 3), (2, 2, 3, 1), pads=[1, 0, 1, 0])
    case("kernel 2x4 pads 0 1 1 2", (1, 2, 4, 5), (2, 2, 2, 4), pads=[0, 1, 1, 2])
    case("asymmetric pads", (2, 2, 4, 5), (2, 2, 3, 3), pads=[0, 2, 1, 0])
    case("stride 2 pads 1", (2, 2, 5, 7), (3, 2, 3, 3), pads=SAME_3, strides=[2, 2])
    # The last row and column of an even image are under no tap: their gradient is 0.
    case("stride 2 leaving a remainder", (1, 2, 6, 4), (2, 2, 3, 3), strides=[2, 2])
    case("kernel 4 stride 2 pads 1", (1, 2, 6, 4), (2, 2, 4, 4), pads=SAME_3, strides=[2, 2])
    case("strides 2 1", (1, 2, 5, 4), (2, 2, 3, 3), pads=SAME_3, strides=[2, 1])
    case("dilations 2", (1, 2, 5, 6), (2, 2, 3, 3), pads=SAME_5, dilations=[2, 2])
    case("groups 2", (2, 4, 4, 3), (4, 2, 3, 3), pads=SAME_3, group=2)
    case("depthwise", (2, 3, 4, 3), (3, 1, 3, 3), pads=SAME_3, group=3)
    case("depthwise with two maps a channel", (1, 2, 4, 3), (4, 1, 3, 3), pads=SAME_3, group=2)
    case(
        "stride 2 dilations 2 groups 2 asymmetric pads",
        (1, 4, 6, 7),
        (2, 2, 3, 3),
        pads=[1, 2, 2, 1],
        strides=[2, 2],
        dilations=[2, 2],
        group=2,
    )


def transposed(recorder):
    real = recorder.values.real

    def case(name, x, w, bias=True, **attributes):
        inputs = [real(*x), real(*w)] + ([real(w[1] * attributes.get("group", 1))] if bias else [])
        attributes = {"kernel_shape": list(w[2:]), **attributes}
        recorder.case(f"ConvTranspose {name}", conv_transpose(attributes), inputs, attributes)

    pads = [1, 1, 1, 1]
    case("kernel 4 stride 2 pads 1", (2, 2, 3, 4), (2, 3, 4, 4), pads=pads, strides=[2, 2])
    case("kernel 4 stride 2 pads 1 without bias", (1, 3, 3, 2), (3, 2, 4, 4), bias=False, pads=pads, strides=[2, 2])
    case("kernel 8 stride 8", (2, 3, 2, 1), (3, 1, 8, 8), strides=[8, 8])
    case("kernel 2 stride 2", (2, 2, 3, 2), (2, 3, 2, 2), strides=[2, 2])
    case("kernel 2 stride 2 without bias", (1, 2, 2, 3), (2, 2, 2, 2), bias=False, strides=[2, 2])
    case(
        "kernel 3 stride 2 pads 1 output_padding 1",
        (2, 2, 3, 2),
        (2, 2, 3, 3),
        pads=pads,
        strides=[2, 2],
        output_padding=[1, 1],
    )
    case("kernel 3 stride 1 pads 1", (1, 2, 3, 4), (2, 2, 3, 3), pads=pads)
    case("kernel 3 stride 2 asymmetric pads", (1, 2, 3, 2), (2, 2, 3, 3), pads=[0, 0, 1, 1], strides=[2, 2])
    case("groups 2", (1, 4, 2, 3), (4, 1, 4, 4), pads=pads, strides=[2, 2], group=2)
    case("dilations 2", (1, 2, 3, 2), (2, 2, 3, 3), pads=pads, dilations=[2, 2])
