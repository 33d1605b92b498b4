"""Matrix products."""
import torch


def gemm(alpha=1.0, beta=1.0, trans_a=0, trans_b=0):
    def compute(a, b, c=None):
        product = alpha * (a.T if trans_a else a) @ (b.T if trans_b else b)
        return product if c is None else product + beta * c

    return compute


def record(recorder):
    values = recorder.values
    for name, left, right in [
        ("2-D", (3, 4), (4, 2)),
        ("batched", (2, 3, 4), (2, 4, 2)),
        ("two batch axes", (2, 2, 3, 4), (2, 2, 4, 2)),
        ("matrix right of a batch", (2, 3, 4), (4, 2)),
        ("matrix left of a batch", (3, 4), (2, 4, 2)),
        ("batch broadcast on both sides", (2, 1, 3, 4), (3, 4, 2)),
    ]:
        recorder.case(f"MatMul {name}", torch.matmul, [values.real(*left), values.real(*right)])

    recorder.case("Gemm without bias", gemm(), [values.real(3, 4), values.real(4, 2)])
    for name, shape in [("full", (3, 2)), ("[N]", (2,)), ("[1,N]", (1, 2)), ("[M,1]", (3, 1)), ("scalar", ())]:
        recorder.case(f"Gemm bias {name}", gemm(), [values.real(3, 4), values.real(4, 2), values.real(*shape)])
    recorder.case(
        "Gemm transA", gemm(trans_a=1), [values.real(4, 3), values.real(4, 2), values.real(2)], {"transA": 1}
    )
    recorder.case(
        "Gemm transB", gemm(trans_b=1), [values.real(3, 4), values.real(2, 4), values.real(2)], {"transB": 1}
    )
    recorder.case(
        "Gemm transA transB alpha 0.5 beta 1.25",
        gemm(0.5, 1.25, 1, 1),
        [values.real(4, 3), values.real(2, 4), values.real(2)],
        {"alpha": 0.5, "beta": 1.25, "transA": 1, "transB": 1},
    )
