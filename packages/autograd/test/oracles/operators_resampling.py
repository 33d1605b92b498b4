"""Resize by scales: inputs x, no region of interest, scales."""
import numpy as np
import torch.nn.functional as F


def record(recorder):
    def case(name, shape, scales, attributes, **options):
        recorder.case(
            f"Resize {name}",
            lambda x, *_: F.interpolate(x, scale_factor=scales, recompute_scale_factor=False, **options),
            [recorder.values.real(*shape), None, np.array([1.0, 1.0, *scales])],
            attributes,
            constant=[2],
        )

    nearest = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    case("nearest x2", (2, 2, 3, 4), (2.0, 2.0), nearest, mode="nearest")
    case("nearest x2 and x3", (1, 2, 2, 3), (2.0, 3.0), nearest, mode="nearest")
    half_pixel = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    case("linear x2 half_pixel", (2, 2, 3, 4), (2.0, 2.0), half_pixel, mode="bilinear", align_corners=False)
    case("linear x4 and x2 half_pixel", (1, 1, 2, 3), (4.0, 2.0), half_pixel, mode="bilinear", align_corners=False)
    case("linear x0.5 half_pixel", (1, 2, 4, 6), (0.5, 0.5), half_pixel, mode="bilinear", align_corners=False)
    align_corners = {"mode": "linear", "coordinate_transformation_mode": "align_corners"}
    case("linear x2 align_corners", (2, 2, 3, 4), (2.0, 2.0), align_corners, mode="bilinear", align_corners=True)
