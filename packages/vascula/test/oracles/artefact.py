"""Looks at an exported model with other programs than ours, for independent.test.ts.

Run with Debian's python3-onnx (1.12), python3-opencv (4.6) and python3-numpy (1.24):

    /usr/bin/python3 artefact.py MODEL.onnx [IMAGE.png PROBABILITY.f32 ...]

Checks the model with onnx.checker (full check: shape inference too) and by strict shape inference, digests
weights and metadata by their written definition, and runs OpenCV's dnn on the embedded test tile and on each
image, whose sides are multiples of the model's; PROBABILITY.f32 holds what is expected there, float32. Prints
one JSON document. It writes no fixtures.
"""

import base64
import hashlib
import json
import sys

import cv2
import numpy as np
import onnx
from onnx import numpy_helper

TYPES = {"float32", "float64", "int32", "int64", "uint8", "int8", "bool"}


def weights_digest(graph):
    digest = hashlib.sha256()
    for tensor in sorted(graph.initializer, key=lambda tensor: tensor.name):
        array = numpy_helper.to_array(tensor)
        assert array.dtype.name in TYPES
        shape = ",".join(str(size) for size in array.shape)
        digest.update(f"{tensor.name}\t{array.dtype.name}\t{shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def metadata_digest(metadata):
    ours = {k: v for k, v in metadata.items() if k.startswith("vascula.") and k != "vascula.digest"}
    lines = "".join(f"{key}\t{ours[key]}\n" for key in sorted(ours))
    return hashlib.sha256(lines.encode()).hexdigest()


def compared(net, image, expected, cutoff, is_bytes):
    net.setInput(image[None] if is_bytes else image.transpose(2, 0, 1)[None].astype(np.float32))
    found = net.forward()[0, 0]
    difference = np.abs(found - expected)
    cutoff = np.float32(cutoff)
    changed = (found > cutoff) != (expected > cutoff)
    return {
        "size": list(image.shape[:2]),
        "shape": list(found.shape),
        "spread": float(expected.max() - expected.min()),
        "maximumDifference": float(difference.max()),
        "vesselPixels": int((expected > cutoff).sum()),
        "changedPixels": int(changed.sum()),
        # Of pixels that change side: how far from the cutoff they were.
        "farthestChanged": float(np.abs(expected - cutoff)[changed].max(initial=0)),
    }


def main(path, *files):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    tile = json.loads(metadata["vascula.test-tile"])
    height, width = tile["height"], tile["width"]
    pixels = np.frombuffer(base64.b64decode(tile["pixels"], validate=True), np.uint8)
    expected = np.frombuffer(base64.b64decode(tile["probability"], validate=True), "<f4")
    (image,) = model.graph.input
    is_bytes = image.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    cutoff = json.loads(metadata["vascula.cutoff"])

    # One net for all sizes, as a program has it.
    net = cv2.dnn.readNetFromONNX(path)

    def compare(pixels, expected):
        return compared(net, pixels, expected.reshape(pixels.shape[:2]), cutoff, is_bytes)

    pairs = [(pixels.reshape(height, width, 3), expected)]
    for name, values in zip(files[::2], files[1::2]):
        read = cv2.cvtColor(cv2.imread(name, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        pairs.append((read, np.fromfile(values, "<f4")))
    print(
        json.dumps(
            {
                "opset": [entry.version for entry in model.opset_import if entry.domain == ""],
                "operators": sorted({node.op_type for node in model.graph.node}),
                "valuesWithShape": len(inferred.graph.value_info),
                "weights": weights_digest(model.graph),
                "digest": metadata_digest(metadata),
                "opencv": [compare(*pair) for pair in pairs],
            }
        )
    )


if len(sys.argv) > 1:
    main(*sys.argv[1:])
else:
    print(__doc__)
