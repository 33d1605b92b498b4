"""Batch normalisation in both forms, and the softmaxes.

Written out from the definition in the ONNX document rather than with torch.nn.BatchNorm, which keeps the
unbiased variance as its running statistic where ONNX keeps the population's.
"""
import torch
import torch.nn.functional as F


def per_channel(v, x):
    return v.reshape(1, -1, *[1] * (x.dim() - 2))


def normalize(x, scale, bias, mean, variance, epsilon):
    centred = x - per_channel(mean, x)
    return per_channel(scale / torch.sqrt(variance + epsilon), x) * centred + per_channel(bias, x)


def inference(epsilon=1e-5):
    return lambda *inputs: normalize(*inputs, epsilon)


def training(epsilon, momentum):
    def compute(x, scale, bias, running_mean, running_variance):
        axes = [axis for axis in range(x.dim()) if axis != 1]
        mean, variance = x.mean(axes), x.var(axes, unbiased=False)
        return (
            normalize(x, scale, bias, mean, variance, epsilon),
            momentum * running_mean + (1 - momentum) * mean,
            momentum * running_variance + (1 - momentum) * variance,
        )

    return compute


def record(recorder):
    values = recorder.values

    def inputs(*shape):
        channels = shape[1]
        return [
            values.real(*shape),
            values.real(channels),
            values.real(channels),
            values.real(channels),
            values.positive(channels),
        ]

    recorder.case("BatchNormalization inference", inference(), inputs(2, 3, 2, 3))
    recorder.case("BatchNormalization inference epsilon 0.001", inference(1e-3), inputs(2, 3, 3, 2), {"epsilon": 1e-3})
    recorder.case("BatchNormalization inference of [N,C]", inference(), inputs(4, 3))
    for name, shape, epsilon, momentum in [
        ("momentum 0.99", (2, 3, 3, 4), 1e-3, 0.99),
        ("momentum 0.75", (1, 2, 4, 2), 1e-5, 0.75),
    ]:
        recorder.case(
            f"BatchNormalization training {name}",
            training(epsilon, momentum),
            inputs(*shape),
            {"training_mode": 1, "epsilon": epsilon, "momentum": momentum},
            frozen=[3, 4],
            without_gradient=[1, 2],
        )

    for op, compute in {"Softmax": torch.softmax, "LogSoftmax": torch.log_softmax}.items():
        recorder.case(f"{op} axis 1", lambda x: compute(x, 1), [values.real(2, 4, 3)], {"axis": 1})
        recorder.case(f"{op} default axis", lambda x: compute(x, -1), [values.real(3, 5)])
        recorder.case(
            f"{op} of large values", lambda x: compute(x, 1), [values.real(2, 4, low=-80, high=80)], {"axis": 1}
        )

    for shape in [(2, 3, 3, 4), (2, 4, 5)]:
        channels = shape[1]
        recorder.case(
            f"InstanceNormalization of rank {len(shape)}",
            lambda x, scale, bias: F.instance_norm(x, weight=scale, bias=bias, eps=1e-3),
            [values.real(*shape), values.real(channels), values.real(channels)],
            {"epsilon": 1e-3},
        )
    recorder.case(
        "LayerNormalization default axis",
        lambda x, scale, bias: F.layer_norm(x, (5,), scale, bias),
        [values.real(2, 3, 5), values.real(5), values.real(5)],
    )
    recorder.case(
        "LayerNormalization axis 1, no bias",
        lambda x, scale: F.layer_norm(x, (3, 4), scale, None, 1e-3),
        [values.real(2, 3, 4), values.real(3, 4)],
        {"axis": 1, "epsilon": 1e-3},
    )
