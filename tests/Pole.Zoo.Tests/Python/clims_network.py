"""Loads an exported CAM network into a network with the structure of CLIMS's (CVI-SZU/CLIMS, net/resnet50_clims.py), strictly.

clims_network.py WEIGHTS.pth WEIGHTS.safetensors IO.safetensors WIDTH BLOCKS...
IO has images, maps and logits. Prints the number of names and the largest difference of values, maps and logits as JSON.
"""
import json
import struct
import sys

import numpy
import torch
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, planes, stride, has_downsample):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)
        self.relu = nn.ReLU()
        self.downsample = nn.Sequential(nn.Conv2d(channels, 4 * planes, 1, stride, bias=False), nn.BatchNorm2d(4 * planes)) if has_downsample else nn.Identity()

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return self.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class ResNet(nn.Module):
    def __init__(self, width, blocks):
        super().__init__()
        self.conv1, self.bn1, self.relu, self.maxpool = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        channels = width
        for stage, (count, stride) in enumerate(zip(blocks, (1, 2, 2, 1))):
            planes = width << stage
            layer = [Bottleneck(channels if block == 0 else 4 * planes, planes, stride if block == 0 else 1, block == 0) for block in range(count)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))
            channels = 4 * planes


class Net(nn.Module):
    def __init__(self, width, blocks, classes):
        super().__init__()
        net = self.resnet50 = ResNet(width, blocks)
        self.stage1 = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool, net.layer1)
        self.stage2, self.stage3, self.stage4 = nn.Sequential(net.layer2), nn.Sequential(net.layer3), nn.Sequential(net.layer4)
        self.classifier = nn.Conv2d(width * 32, classes, 1, bias=False)
        self.backbone = nn.ModuleList([self.stage1, self.stage2, self.stage3, self.stage4])
        self.newly_added = nn.ModuleList([self.classifier])

    def forward(self, x):
        x = self.stage4(self.stage3(self.stage2(self.stage1(x))))
        return self.classifier(x), self.classifier(x.mean((2, 3), keepdim=True)).flatten(1)


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        arrays[name] = torch.from_numpy(numpy.frombuffer(data[begin:end], numpy.float32).reshape(entry["shape"]).copy())
    return arrays


weights, same, io = torch.load(sys.argv[1], weights_only=True), read_safetensors(sys.argv[2]), read_safetensors(sys.argv[3])
network = Net(int(sys.argv[4]), [int(count) for count in sys.argv[5:]], weights["classifier.weight"].shape[0])
network.load_state_dict(weights, strict=True)
network.eval()
with torch.no_grad():
    maps, logits = network(io["images"])
differences = [float((weights[name] - value).abs().max()) for name, value in same.items()]
print(json.dumps({
    "names": len(weights),
    "values": max(differences),
    "outputs": max(float((maps - io["maps"]).abs().max()), float((logits - io["logits"]).abs().max())),
}))
