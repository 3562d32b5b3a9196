"""The dense detectors that `npm run bench` times, PyTorch's side; detectors.ts is ours."""
import torch
import torchvision
from torch import nn

detection = torchvision.models.detection
classes = 5


def pyramid():
    body = torchvision.models.resnet50(norm_layer=torchvision.ops.FrozenBatchNorm2d)
    blocks = torchvision.ops.feature_pyramid_network.LastLevelP6P7(256, 256)
    # Stages from the second on are trained: three of five.
    return detection.backbone_utils._resnet_fpn_extractor(body, 3, returned_layers=[2, 3, 4], extra_blocks=blocks)


def retinanet(width, height):
    return detection.RetinaNet(pyramid(), classes, min_size=height, max_size=width)


def fcos(width, height):
    return detection.FCOS(pyramid(), classes, min_size=height, max_size=width)


def ssd(width, height):
    return detection.ssd300_vgg16(weights=None, weights_backbone=None, num_classes=classes + 1)


def layer(inputs, outputs, kernel, stride=1):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1, inplace=True))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(layer(channels, channels // 2, 1), layer(channels // 2, channels, 3))

    def forward(self, x):
        return x + self.body(x)


class Yolov3(nn.Module):
    """Darknet's yolov3.cfg, decoding and suppression included."""

    anchors = torch.tensor([[116, 90, 156, 198, 373, 326], [30, 61, 62, 45, 59, 119], [10, 13, 16, 30, 33, 23]]).reshape(3, 3, 2).float()

    def __init__(self):
        super().__init__()
        stages, inputs = [], 32
        for blocks in (1, 2, 8, 8, 4):
            stages.append(nn.Sequential(layer(inputs, inputs * 2, 3, 2), *[Residual(inputs * 2) for _ in range(blocks)]))
            inputs *= 2
        self.stem, self.stages = layer(3, 32, 3), nn.ModuleList(stages)
        self.necks, self.lasts, self.routes = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        joined = 1024
        for channels in (1024, 512, 256):
            half = channels // 2
            self.necks.append(nn.Sequential(layer(joined, half, 1), layer(half, channels, 3), layer(channels, half, 1), layer(half, channels, 3), layer(channels, half, 1)))
            self.lasts.append(nn.Sequential(layer(half, channels, 3), nn.Conv2d(channels, 3 * (5 + classes), 1)))
            self.routes.append(layer(half, half // 2, 1))
            joined = half // 2 + half

    def forward(self, image):
        x, maps = self.stem(image), []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        carried, boxes, scores = None, [], []
        for i, own in enumerate(reversed(maps[2:])):
            joined = own if carried is None else torch.cat([nn.functional.interpolate(self.routes[i - 1](carried), scale_factor=2.0), own], 1)
            carried = self.necks[i](joined)
            out = self.lasts[i](carried)
            height, width = out.shape[2:]
            rows = out.reshape(3, 5 + classes, height, width).permute(2, 3, 0, 1)
            stride = image.shape[3] / width
            column, row = torch.arange(width)[None, :, None], torch.arange(height)[:, None, None]
            x, y = (rows[..., 0].sigmoid() + column) * stride, (rows[..., 1].sigmoid() + row) * stride
            w, h = rows[..., 2].exp() * self.anchors[i, :, 0] / 2, rows[..., 3].exp() * self.anchors[i, :, 1] / 2
            boxes.append(torch.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4))
            scores.append((rows[..., 4:5].sigmoid() * rows[..., 5:].sigmoid()).reshape(-1, classes))
        boxes, scores = torch.cat(boxes), torch.cat(scores)
        place, kind = torch.where(scores > 0.05)
        values = scores[place, kind]
        best = values.topk(min(1000, values.numel())).indices
        kept = torchvision.ops.batched_nms(boxes[place[best]], values[best], kind[best], 0.45)[:200]
        return boxes[place[best]][kept], values[best][kept], kind[best][kept]


def targets(width, height, first):
    side = torch.rand(2, 4, 1) * 80 + 60
    corner = torch.rand(2, 4, 2) * (torch.tensor([width, height]) - side)
    boxes = torch.cat([corner, corner + side], 2)
    labels = torch.arange(8).reshape(2, 4) % classes + first
    return [{"boxes": boxes[n], "labels": labels[n]} for n in range(2)]


def step(model, width, height, first=0):
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=1e-4, momentum=0.9, weight_decay=1e-4)
    images = list(torch.rand(2, 3, height, width))
    truth = targets(width, height, first)

    def run():
        optimiser.zero_grad(set_to_none=True)
        sum(model(images, truth).values()).backward()
        optimiser.step()

    return run


def look(model, image):
    model.eval()

    def run():
        with torch.inference_mode():
            model(image)

    return run


workloads = {
    "retinanet-step": lambda: step(retinanet(512, 384), 512, 384),
    "fcos-step": lambda: step(fcos(512, 384), 512, 384),
    "ssd300-step": lambda: step(ssd(300, 300), 300, 300, first=1),
    "retinanet-inference": lambda: look(retinanet(512, 384), [torch.rand(3, 384, 512)]),
    "fcos-inference": lambda: look(fcos(512, 384), [torch.rand(3, 384, 512)]),
    "ssd300-inference": lambda: look(ssd(300, 300), [torch.rand(3, 300, 300)]),
    "yolov3-320-inference": lambda: look(Yolov3(), torch.rand(1, 3, 320, 320)),
}
