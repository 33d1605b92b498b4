"""The safetensors layout: 8 bytes of header length, a JSON header, then the data without gaps (uint8 and float32 here).

https://huggingface.co/docs/safetensors: written out because Debian has no package of it.
"""
import json
import struct

import numpy as np


def write(path, tensors, metadata):
    """tensors: name to array, stored in this order as uint8 if it is that, else as little-endian float32; metadata:
    string to string."""
    header, blobs, offset = {"__metadata__": metadata}, [], 0
    for name, array in tensors.items():
        kind, code = ("u1", "U8") if getattr(array, "dtype", None) == np.uint8 else ("<f4", "F32")
        data = np.asarray(array, dtype=kind)
        if not np.isfinite(data).all():
            raise ValueError(f"{name} holds a value that is not finite")
        header[name] = {"dtype": code, "shape": list(data.shape), "data_offsets": [offset, offset + data.nbytes]}
        blobs.append(data.tobytes())
        offset += data.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the data begins at a multiple of 8
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))
