"""Pooling. Inputs of a max-pool hold distinct values, so that every maximum has one owner."""
import torch.nn.functional as F


def record(recorder):
    values = recorder.values

    def max_pool(name, x, kernel, strides, pads, **options):
        recorder.case(
            f"MaxPool {name}",
            lambda x: F.max_pool2d(x, kernel, strides, pads, **options),
            [values.distinct(*x)],
            {"kernel_shape": [kernel] * 2, "strides": [strides] * 2, "pads": [pads] * 4},
        )

    max_pool("2x2 stride 2", (2, 2, 4, 6), 2, 2, 0)
    max_pool("2x2 stride 2 leaving a remainder", (2, 2, 5, 3), 2, 2, 0)
    max_pool("3x3 stride 2 pads 1", (2, 2, 5, 6), 3, 2, 1)
    max_pool("3x3 stride 1 pads 1", (1, 2, 4, 5), 3, 1, 1)

    def average_pool(name, x, kernel, strides, pads, count_include_pad):
        recorder.case(
            f"AveragePool {name}",
            lambda x: F.avg_pool2d(x, kernel, strides, pads, count_include_pad=bool(count_include_pad)),
            [values.real(*x)],
            {
                "kernel_shape": [kernel] * 2,
                "strides": [strides] * 2,
                "pads": [pads] * 4,
                "count_include_pad": count_include_pad,
            },
        )

    average_pool("2x2 stride 2", (2, 2, 4, 6), 2, 2, 0, 0)
    average_pool("2x2 stride 2 leaving a remainder", (1, 2, 5, 3), 2, 2, 0, 0)
    average_pool("3x3 stride 2 pads 1 count_include_pad 1", (2, 2, 5, 6), 3, 2, 1, 1)
    average_pool("3x3 stride 2 pads 1 count_include_pad 0", (2, 2, 5, 6), 3, 2, 1, 0)
    average_pool("3x3 stride 1 pads 1 count_include_pad 0", (1, 2, 4, 3), 3, 1, 1, 0)
    recorder.case("GlobalAveragePool", lambda x: x.mean((2, 3), keepdim=True), [values.real(2, 3, 3, 5)])
