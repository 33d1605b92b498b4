"""Writes ../fixtures/finetuning/NAME.onnx and NAME.safetensors: networks as torch.onnx exports them, and what PyTorch's
gradients of a training step are in float64.

usage: /usr/bin/python3 finetuning.py            the small networks, which are committed
       /usr/bin/python3 finetuning.py DIR        networks of real width, into a folder: some 500 MB

What is in NAME.safetensors: `image` (uint8, RGB) and `mask` (uint8), `logits` and `loss` in training form,
`gradient/PARAMETER` under the file's own names, `running/STATISTIC` after the step, `logits/inference`, and the same with
the encoder frozen, its batch norms in inference form: `frozen/loss`, `frozen/gradient/PARAMETER`, and
`frozen/after/PARAMETER`, the decoder after one step of Adam. Metadata: `float32`, how far PyTorch's own float32 is from it
at most (Euclidean, per tensor); of wide networks that of every gradient, `float32/gradient/PARAMETER`.
"""
import copy
import sys
import warnings
from pathlib import Path

import finetuning_networks as networks
import numpy as np
import onnx
import onnx.numpy_helper
import safetensors_file
import torch
import torch.nn.functional as F
from finetuning_networks import HARDSWISH, RELU, RELU6
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "finetuning"
NEGATIVE_WEIGHT = 10
RATE, BETA_1, BETA_2, ADAM_EPSILON = 1e-3, 0.9, 0.999, 1e-7
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
# No kink (of a rectifier, a clamp, a maximum) may be nearer than this: float32 then takes the same side everywhere, and a
# difference is a mistake rather than a tie broken the other way.
MARGIN = 1e-5

torch.set_num_threads(1)
warnings.simplefilter("ignore")

TRAINING, EVAL, PRESERVE = torch.onnx.TrainingMode.TRAINING, torch.onnx.TrainingMode.EVAL, torch.onnx.TrainingMode.PRESERVE


def small_resnet():
    return networks.resnet([4, 4, 4, 6, 6], [2, 2, 2, 2], [6, 4, 4, 4, 4])


def small_mobilenet_v3():
    stages = [(1, 4, 1, 1, 3, RELU, True), (3, 4, 1, 2, 3, RELU, False), (3, 6, 2, 2, 5, HARDSWISH, True)]
    return networks.mobilenet(4, stages, [6, 4, 4], "bilinear", nn.Sigmoid())


def small_mobilenet_v2(enlarge="aligned"):
    stages = [(1, 4, 1, 1, 3, RELU6, False), (3, 4, 2, 2, 3, RELU6, False), (3, 6, 2, 2, 3, RELU6, False)]
    return networks.mobilenet(4, stages, [6, 4, 4], enlarge)


def resnet34():
    return networks.resnet([64, 64, 128, 256, 512], [3, 4, 6, 3], [256, 128, 64, 32, 16])


def mobilenet_v2():
    shape = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    return networks.mobilenet(32, [(*s, 3, RELU6, False) for s in shape], [256, 128, 64, 32, 16])


# name: network, image shape, export (mode, fold constants, operator set), seed
SMALL = {
    "resnet-training-17": (small_resnet, (2, 3, 64, 64), (TRAINING, False, 17), 73),
    "resnet-folded-13": (small_resnet, (2, 3, 64, 64), (EVAL, True, 13), 1),
    "mobilenet-v3-preserved-14": (small_mobilenet_v3, (2, 3, 32, 48), (PRESERVE, False, 14), 2),
    "mobilenet-v2-training-13": (small_mobilenet_v2, (2, 3, 32, 32), (TRAINING, False, 13), 1),
}
WIDE = {
    "resnet34-training-16": (resnet34, (2, 3, 64, 96), (TRAINING, False, 16), 1),
    "resnet34-folded-14": (resnet34, (2, 3, 64, 96), (EVAL, True, 14), 1),
    "mobilenet-v2-preserved-15": (mobilenet_v2, (2, 3, 64, 96), (PRESERVE, False, 15), 1),
    "mobilenet-v2-folded-17": (mobilenet_v2, (2, 3, 64, 96), (EVAL, True, 17), 1),
}


def seeded(make, seed, wide):
    """No parameter is neutral (no unit scale, no zero bias), so that a missing or swapped one shows.

    `wide`: batch norms leave what rectifiers see around 3, far from 0 and 6. Among the millions of values of a network of
    real width some would lie within float32's rounding of a kink, and its gradient in training form then changes by 1e-3
    and more, PyTorch's own too.
    """
    torch.manual_seed(seed)
    net = make()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, *((0.2, 0.4) if wide else (0.5, 1.5)))
            nn.init.uniform_(module.bias, *((2.7, 3.3) if wide else (-0.5, 0.5)))
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return net


def export(net, path, mode, fold, opset):
    net.train(mode == TRAINING)
    axes = {0: "batch", 2: "height", 3: "width"}
    torch.onnx.export(
        net,
        torch.zeros(2, 3, 64, 64),
        str(path),
        training=mode,
        do_constant_folding=fold,
        opset_version=opset,
        input_names=["image"],
        output_names=["output"],
        dynamic_axes={"image": axes, "output": axes},
    )


def executed(net, kinds):
    """Names of the modules of these kinds in the order in which they run."""
    net, order = copy.deepcopy(net).float().eval(), []
    for name, module in net.named_modules():
        if isinstance(module, kinds):
            module.register_forward_hook(lambda *_, name=name: order.append(name))
    net(torch.zeros(2, 3, 64, 64))
    return order


def fused(net):
    """Each batch norm folded into the convolution that runs before it, as torch.onnx does in EVAL."""
    net = copy.deepcopy(net).eval()
    order = executed(net, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d))
    modules = dict(net.named_modules())
    for before, name in zip(order, order[1:]):
        if isinstance(modules[name], nn.BatchNorm2d):
            conv = fuse_conv_bn_eval(modules[before], modules[name])
            for place, module in ((before, conv), (name, nn.Identity())):
                parent, _, child = place.rpartition(".")
                setattr(net.get_submodule(parent), child, module)
    return net


def like_file(net, path, mode):
    """A network in float64 with the parameters of the file, and the file's name of each."""
    net = fused(net) if mode == EVAL else copy.deepcopy(net)
    graph = onnx.load(str(path)).graph
    values = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    same = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity"}
    kinds = {"Conv": nn.Conv2d, "ConvTranspose": nn.ConvTranspose2d, "BatchNormalization": nn.BatchNorm2d}
    names = {}
    for operator, kind in kinds.items():
        nodes = [node for node in graph.node if node.op_type == operator]
        order = executed(net, kind)
        assert len(nodes) == len(order), (operator, len(nodes), len(order))
        parts = ["weight", "bias"] + (["running_mean", "running_var"] if kind is nn.BatchNorm2d else [])
        for node, name in zip(nodes, order):
            module = net.get_submodule(name)
            for part, value in zip(parts, node.input[1:]):
                stored = torch.tensor(values[same.get(value, value)])
                assert torch.allclose(stored, getattr(module, part), atol=1e-5) or "running" in part, (name, part)
                getattr(module, part).data = stored
                names[f"{name}.{part}"] = value
    return net.double(), names


def margins(net, found):
    """Hooks that note how near the values of a forward pass come to a kink."""

    def note(value):
        found.append(value.item())

    def near(*kinks):
        def hook(_, args):
            for kink in kinks:
                note((args[0] - kink).abs().min())

        return hook

    def pool(_, args):
        x = args[0]
        padded = F.pad(x, (1, 1, 1, 1), value=-torch.inf)
        windows = F.unfold(padded.flatten(0, 1).unsqueeze(1).nan_to_num(neginf=-1e9), 3, stride=2)
        first, second = windows.topk(2, 1).values.unbind(1)
        if (first > 0).any():  # at a tie of zeros no gradient goes on
            note((first - second)[first > 0].min())

    kinks = {nn.ReLU: near(0), nn.ReLU6: near(0, 6), nn.Hardswish: near(-3, 3), nn.Hardsigmoid: near(-3, 3)}
    for module in net.modules():
        hook = pool if isinstance(module, nn.MaxPool2d) else kinks.get(type(module))
        if hook:
            module.register_forward_pre_hook(hook)


def balanced_cross_entropy(logits, mask):
    entropy = F.binary_cross_entropy_with_logits(logits, mask, reduction="none")
    return entropy[mask == 1].mean() + NEGATIVE_WEIGHT * entropy[mask == 0].mean()


def step(net, image, mask, frozen):
    """Loss, gradients and running statistics of a training step; modules whose name begins with `frozen` stay as they
    are."""
    net = copy.deepcopy(net).train()
    net.dropout.eval()
    if frozen:
        getattr(net, frozen).requires_grad_(False).eval()
    dtype = next(net.parameters()).dtype
    counts, hooks = {}, []
    for name, module in net.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            hook = lambda _, args, __, name=name: counts.update({name: args[0].numel() / args[0].shape[1]})
            hooks.append(module.register_forward_hook(hook))
    before = {name: b.clone() for name, b in net.named_buffers() if "running" in name}
    mean, std = (torch.tensor(v, dtype=dtype).reshape(1, 3, 1, 1) for v in (MEAN, STD))
    head, net.activation = net.activation, None
    logits = net((image.to(dtype) / 255 - mean) / std)
    net.activation = head
    loss = balanced_cross_entropy(logits, mask.to(dtype))
    loss.backward()
    for hook in hooks:
        hook.remove()
    running = {}
    for name, b in net.named_buffers():
        if "running" not in name or (frozen and name.startswith(frozen)):
            continue
        if name.endswith("running_var"):
            # ONNX keeps the population's variance, PyTorch n / (n - 1) times it.
            n = counts[name.rpartition(".")[0]]
            kept = 0.9 * before[name]
            b = kept + (b - kept) * (n - 1) / n
        running[name] = b
    gradients = {name: p.grad for name, p in net.named_parameters() if p.grad is not None}
    return logits.detach(), loss.detach(), gradients, running


def adam(p, g):
    """The first step of Adam as tf.keras.optimizers has it: epsilon beside the root that is not corrected for bias."""
    m, v = (1 - BETA_1) * g, (1 - BETA_2) * g * g
    return p - RATE * np.sqrt(1 - BETA_2) / (1 - BETA_1) * m / (torch.sqrt(v) + ADAM_EPSILON)


def idle(net):
    """Biases in front of a batch norm: their gradient is rounding noise."""
    order = executed(net, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d))
    modules = dict(net.named_modules())
    pairs = zip(order, order[1:])
    return {f"{a}.bias" for a, b in pairs if isinstance(modules[b], nn.BatchNorm2d) and modules[a].bias is not None}


def compute(net, names, left_out, image, mask):
    """All tensors of a fixture, named as the file names its parameters."""
    tensors = {"image": image, "mask": mask}
    for prefix, frozen in {"": None, "frozen/": "encoder"}.items():
        logits, loss, gradients, running = step(net, image, mask, frozen)
        tensors[f"{prefix}loss"] = loss
        if not frozen:
            tensors["logits"] = logits
            tensors.update({f"running/{names[name]}": b for name, b in running.items()})
        # With its batch norms frozen, a bias in front of one counts.
        out = left_out if not frozen else {name for name in left_out if not name.startswith(frozen)}
        kept = {name: g for name, g in gradients.items() if name not in out}
        tensors.update({f"{prefix}gradient/{names[name]}": g for name, g in kept.items()})
        if frozen:
            after = {names[name]: adam(net.get_parameter(name).detach(), g) for name, g in kept.items()}
            tensors.update({f"frozen/after/{name}": p for name, p in after.items()})
    plain = copy.deepcopy(net).eval()
    plain.activation = None
    dtype = next(net.parameters()).dtype
    mean, std = (torch.tensor(v, dtype=dtype).reshape(1, 3, 1, 1) for v in (MEAN, STD))
    tensors["logits/inference"] = plain((image.to(dtype) / 255 - mean) / std).detach()
    return tensors


def relative(a, b):
    return ((a.double() - b.double()).norm() / b.double().norm()).item()


def write(folder, name, make, shape, options, seed, wide):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    net = seeded(make, seed, wide)
    export(net, path, *options)
    net, names = like_file(seeded(make, seed, wide), path, options[0])
    random = np.random.RandomState(seed)
    image = torch.tensor(random.randint(0, 256, shape), dtype=torch.uint8)
    mask = torch.tensor(random.uniform(size=(shape[0], 1, *shape[2:])) < 0.2, dtype=torch.uint8)
    left_out, nearest = idle(net), []
    watched = copy.deepcopy(net)
    margins(watched, nearest)
    tensors = compute(watched, names, left_out, image, mask)
    if not wide and min(nearest) < MARGIN:
        return min(nearest)
    single = compute(copy.deepcopy(net).float(), names, left_out, image, mask)
    off = {key: relative(single[key], t) for key, t in tensors.items() if t.dtype != torch.uint8}
    worst = max(off, key=off.get)
    if wide:
        tensors.update({f"float32/{key}": torch.tensor(e) for key, e in off.items() if key.startswith("gradient/")})
    metadata = {"generator": f"PyTorch {torch.__version__}, float64", "seed": str(seed), "float32": f"{off[worst]:.1e}"}
    safetensors_file.write(path.with_suffix(".safetensors"), {k: t.numpy() for k, t in tensors.items()}, metadata)
    size = sum(p.stat().st_size for p in (path, path.with_suffix(".safetensors"))) / 1000
    print(f"{path}: {len(tensors)} tensors, {size:.0f} kB, margin {min(nearest):.1e}, seed {seed}")
    print(f"  PyTorch's own float32 is off by {off[worst]:.1e} at most, in {worst}", flush=True)
    return None


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for name, case in WIDE.items():
            write(Path(sys.argv[1]), name, *case, wide=True)
    else:
        for name, case in SMALL.items():
            near = write(FIXTURES, name, *case, wide=False)
            if near is not None:
                raise SystemExit(f"{name}: seed {case[-1]} comes within {near:.1e} of a kink; take another")
