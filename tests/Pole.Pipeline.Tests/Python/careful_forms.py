"""The forms that speed is claimed against, in PyTorch itself: torch's own layers, CLIP frozen, texts encoded once, foreground and background of all pairs in one batch, an image with its mirror image.

careful_forms.py clims-step|deeplab-step|cams|dense-crf FILE.safetensors THREADS DEVICE

FILE has the weights ("network." and "clip." before their names) and the inputs. Prints a line on the build of torch; then for each line on standard input takes one step, and prints its value as JSON: the loss
before the update, or the mean of the CAMs or of the dense CRF's marginals (pydensecrf's), weighted by their place. Nothing that is found out later is added to these forms.
"""
import json
import struct
import sys

import numpy
import torch
from torch.nn import functional

TYPES = {"F32": numpy.float32, "I64": numpy.int64}


def read(path, device):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    return {name: torch.from_numpy(numpy.frombuffer(data[slice(*entry["data_offsets"])], TYPES[entry["dtype"]]).reshape(entry["shape"]).copy()).to(device) for name, entry in header.items() if entry["dtype"] in TYPES}


def below(tensors, prefix):
    return {name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def learnt(weights, frozen=()):
    parameters = [tensor for name, tensor in weights.items() if tensor.is_floating_point() and ".running_" not in name and not name.startswith(frozen)]
    for parameter in parameters:
        parameter.requires_grad_(True)
    return parameters


class Layers:
    """Convolutions and batch norms by name."""

    def __init__(self, weights, training, momentum):
        self.weights, self.training, self.momentum = weights, training, momentum

    def __contains__(self, name):
        return any(key.startswith(name + ".") for key in self.weights)

    def normalised(self, convolution, norm, features, stride=1, padding=0, dilation=1):
        features = functional.conv2d(features, self.weights[convolution + ".weight"], stride=stride, padding=padding, dilation=dilation)
        statistics = self.weights[norm + ".running_mean"], self.weights[norm + ".running_var"]
        return functional.batch_norm(features, *statistics, self.weights[norm + ".weight"], self.weights[norm + ".bias"], self.training, self.momentum)


def cam_maps(layers, images):
    """ResNet with bottlenecks at stride 16 and a 1 x 1 classifier (CLIMS): maps [N, K, h, w]."""
    features = functional.max_pool2d(layers.normalised("backbone.conv1", "backbone.bn1", images, 2, 3).relu_(), 3, 2, 1)
    for stage, first_stride in enumerate((1, 2, 2, 1)):
        block = 0
        while (name := f"backbone.layer{stage + 1}.{block}") in layers:
            stride = first_stride if block == 0 else 1
            inner = layers.normalised(f"{name}.conv1", f"{name}.bn1", features).relu_()
            inner = layers.normalised(f"{name}.conv2", f"{name}.bn2", inner, stride, 1).relu_()
            inner = layers.normalised(f"{name}.conv3", f"{name}.bn3", inner)
            shortcut = layers.normalised(f"{name}.downsample.0", f"{name}.downsample.1", features, stride) if block == 0 else features
            features, block = (inner + shortcut).relu_(), block + 1
    return functional.conv2d(features, layers.weights["classifier.weight"])


def caffe_logits(layers, images):
    """ResNet in Caffe's form, dilated 2 and 4 in its last stages, and DeepLab v2's pyramid: logits [N, labels, h, w]."""
    def unit(name, features, stride=1, padding=0, dilation=1):
        return layers.normalised(f"{name}.conv", f"{name}.bn", features, stride, padding, dilation)

    features = functional.max_pool2d(unit("base.backbone.layer1.conv1", images, 2, 3).relu_(), 3, 2, 1, ceil_mode=True)
    for stage, (first_stride, dilation) in enumerate(((1, 1), (2, 1), (1, 2), (1, 4))):
        block = 1
        while (name := f"base.backbone.layer{stage + 2}.block{block}") in layers:
            stride = first_stride if block == 1 else 1
            inner = unit(f"{name}.reduce", features, stride).relu_()
            inner = unit(f"{name}.conv3x3", inner, 1, dilation, dilation).relu_()
            inner = unit(f"{name}.increase", inner)
            features, block = (inner + (unit(f"{name}.shortcut", features, stride) if block == 1 else features)).relu_(), block + 1
    branches = ((f"base.aspp.c{place}", rate) for place, rate in enumerate((6, 12, 18, 24)))
    return sum(functional.conv2d(features, layers.weights[f"{name}.weight"], layers.weights[f"{name}.bias"], padding=rate, dilation=rate) for name, rate in branches)


class Clip:
    """ViT and text tower (openai/CLIP, clip/model.py)."""

    def __init__(self, weights, heads, text_heads):
        self.weights, self.heads, self.text_heads = weights, heads, text_heads

    def norm(self, states, name):
        return functional.layer_norm(states, states.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def linear(self, states, name):
        return functional.linear(states, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def attend(self, states, name, heads, causal):
        count, length, width = states.shape
        parts = functional.linear(states, self.weights[f"{name}.in_proj_weight"], self.weights[f"{name}.in_proj_bias"]).chunk(3, -1)
        query, key, value = (part.view(count, length, heads, width // heads).transpose(1, 2) for part in parts)
        if hasattr(functional, "scaled_dot_product_attention"):
            attended = functional.scaled_dot_product_attention(query, key, value, is_causal=causal)
        else:
            scores = (query * (width // heads) ** -0.5) @ key.transpose(-2, -1)
            attended = (scores + torch.full((length, length), -torch.inf, device=states.device).triu(1) if causal else scores).softmax(-1) @ value
        return self.linear(attended.transpose(1, 2).reshape(count, length, width), f"{name}.out_proj")

    def transform(self, states, name, heads, causal):
        layer = 0
        while f"{(block := f'{name}.resblocks.{layer}')}.ln_1.weight" in self.weights:
            states = states + self.attend(self.norm(states, f"{block}.ln_1"), f"{block}.attn", heads, causal)
            hidden = self.linear(self.norm(states, f"{block}.ln_2"), f"{block}.mlp.c_fc")
            states, layer = states + self.linear(hidden * (hidden * 1.702).sigmoid(), f"{block}.mlp.c_proj"), layer + 1
        return states

    def images(self, pixels):
        kernel = self.weights["visual.conv1.weight"]
        cells = functional.conv2d(pixels, kernel, stride=kernel.shape[-1]).flatten(2).transpose(1, 2)
        states = torch.cat([self.weights["visual.class_embedding"].expand(len(cells), 1, -1), cells], 1) + self.weights["visual.positional_embedding"]
        states = self.transform(self.norm(states, "visual.ln_pre"), "visual.transformer", self.heads, causal=False)
        return functional.normalize(self.norm(states[:, 0], "visual.ln_post") @ self.weights["visual.proj"], dim=-1)

    @torch.no_grad()
    def texts(self, tokens):
        states = self.transform(self.weights["token_embedding.weight"][tokens] + self.weights["positional_embedding"], "transformer", self.text_heads, causal=True)
        ends = self.norm(states, "ln_final")[torch.arange(len(tokens), device=tokens.device), tokens.argmax(-1)]
        return functional.normalize(ends @ self.weights["text_projection"], dim=-1)


def clims_step(tensors):
    weights = below(tensors, "network.")
    parameters = learnt(weights, frozen=("backbone.conv1.", "backbone.bn1."))
    layers, clip = Layers(weights, training=True, momentum=0.1), Clip(below(tensors, "clip."), *tensors["heads"].tolist())
    optimizer = torch.optim.SGD(parameters, 1e-4, momentum=1e-4, weight_decay=1e-4)
    images, labels, resolution = tensors["images"], tensors["labels"], int(tensors["resolution"])
    classes, backgrounds = clip.texts(tensors["class-tokens"]), clip.texts(tensors["background-tokens"])

    def step():
        optimizer.zero_grad()
        activations = cam_maps(layers, images).sigmoid()
        large, maps = (functional.interpolate(part, (resolution, resolution), mode="bilinear", align_corners=True) for part in (images, activations))
        image, present = labels.nonzero(as_tuple=True)
        one_map, pixels = maps[image, present].unsqueeze(1), large[image]
        foreground, background = clip.images(torch.cat([one_map * pixels, (1 - one_map) * pixels])).chunk(2)
        otm = -(foreground * classes[present]).sum(-1).clamp(1e-4, 0.9999).log().mean()
        btm = -(1 - (background * classes[present]).sum(-1).clamp(1e-4, 0.9999)).log().mean()
        suppressed = foreground @ backgrounds.T
        cbs = -(1 - suppressed).log().where(suppressed.detach() > float(tensors["threshold"]), torch.zeros_like(suppressed)).sum()
        loss = torch.stack([otm, btm, cbs, activations.mean()]) @ tensors["term-weights"]
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def deeplab_step(tensors):
    weights = below(tensors, "network.")
    parameters, layers = learnt(weights), Layers(weights, training=True, momentum=1e-3)
    optimizer = torch.optim.SGD(parameters, 1e-4, momentum=0.9, weight_decay=5e-4)
    images, targets = tensors["images"], tensors["targets"]

    def step():
        optimizer.zero_grad()
        full = caffe_logits(layers, images)
        smaller = [caffe_logits(layers, functional.interpolate(images, scale_factor=scale, mode="bilinear", align_corners=False, recompute_scale_factor=False)) for scale in (0.5, 0.75)]
        largest = full
        for logits in smaller:
            largest = torch.maximum(largest, functional.interpolate(logits, full.shape[2:], mode="bilinear", align_corners=False))
        loss = sum(functional.cross_entropy(logits, functional.interpolate(targets, logits.shape[2:], mode="nearest-exact").squeeze(1).long(), ignore_index=255) for logits in (*smaller, full, largest))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def cams(tensors):
    layers, present = Layers(below(tensors, "network."), training=False, momentum=0), tensors["present"]
    height, width = tensors["size"].tolist()
    images = [[tensors[f"image.{image}.{scale}"] for scale in range(int(tensors["scales"]))] for image in range(int(tensors["count"]))]

    def fused(outputs, rows, columns):
        maps = sum(functional.interpolate(output[present][None], (rows, columns), mode="bilinear", align_corners=False)[0] for output in outputs)
        return maps / (maps.amax((1, 2), keepdim=True) + 1e-5)

    @torch.no_grad()
    def step():
        total = 0
        for scales in images:
            outputs = []
            for pixels in scales:
                maps = cam_maps(layers, torch.cat([pixels[None], pixels[None].flip(-1)])).relu()
                outputs.append(maps[0] + maps[1].flip(-1))
            # At every fourth pixel, and at every pixel of whole cells of 16, of which the image's are kept.
            total += ramp(fused(outputs, (height - 1) // 4 + 1, (width - 1) // 4 + 1))
            padded = sum(functional.interpolate(output[present][None], ((height + 15) // 16 * 16, (width + 15) // 16 * 16), mode="bilinear", align_corners=False)[0] for output in outputs)[:, :height, :width]
            (padded / (padded.amax((1, 2), keepdim=True) + 1e-5)).cpu().numpy()
        return total / len(images)

    return step


def ramp(values):
    """The mean of numbers weighted from 0 to 1 in their order."""
    flat = values.double().flatten()
    return (flat * torch.arange(len(flat), device=flat.device) / len(flat)).mean().item()


def dense_crf(tensors):
    try:
        from pydensecrf import densecrf
    except ImportError:
        sys.exit(3)

    image, unary = tensors["image"].numpy().astype(numpy.uint8), -tensors["probabilities"].log().flatten(1).cpu().numpy()
    (deviation, weight), (position, colour, bilateral_weight) = tensors["smoothing"].tolist(), tensors["appearance"].tolist()

    def step():
        crf = densecrf.DenseCRF2D(image.shape[1], image.shape[0], len(unary))
        crf.setUnaryEnergy(unary)
        crf.addPairwiseGaussian(sxy=deviation, compat=weight)
        crf.addPairwiseBilateral(sxy=position, srgb=colour, rgbim=image, compat=bilateral_weight)
        return ramp(torch.from_numpy(numpy.array(crf.inference(int(tensors["iterations"]))).T.copy()))

    return step


form, path, threads, device = sys.argv[1:]
torch.set_num_threads(int(threads))
step = {"clims-step": clims_step, "deeplab-step": deeplab_step, "cams": cams, "dense-crf": dense_crf}[form](read(path, device))
print(f"torch {torch.__version__}, {'MKL' if torch.backends.mkl.is_available() else 'no MKL'}, {'oneDNN' if torch.backends.mkldnn.is_available() else 'no oneDNN'}", flush=True)
for _ in sys.stdin:
    print(json.dumps(step()), flush=True)
