"""Writes ../fixtures/operators.json: ONNX operators (opset 17), their values and gradients from PyTorch in float64.

usage: /usr/bin/python3 operators.py
"""
import operators_convolution
import operators_elementwise
import operators_layout
import operators_matrix
import operators_normalization
import operators_pooling
import operators_reduction
import operators_resampling
from fixture import Recorder, write

# Each subject has its own seed, so that a case added to one leaves the others as they are.
SUBJECTS = [
    operators_elementwise,
    operators_matrix,
    operators_convolution,
    operators_pooling,
    operators_normalization,
    operators_reduction,
    operators_layout,
    operators_resampling,
]

cases = []
for seed, subject in enumerate(SUBJECTS):
    recorder = Recorder(seed)
    subject.record(recorder)
    cases += recorder.cases
write("operators.json", cases)
