"""Cascade R-CNN and Double-Head that `npm run bench` times, PyTorch's side; workloads.ts is ours.

Backbone, proposals, sampling and pooling are torchvision's; the heads are those of fixtures/detectors/refining_heads.py in the
papers' sizes: three heads of two dense layers of 1,024; a dense head beside five convolution blocks of 1,024 channels.
"""
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection._utils import BoxCoder, Matcher
from torchvision.models.detection.faster_rcnn import TwoMLPHead
from torchvision.ops import box_iou, clip_boxes_to_image

classes, channels, dense = 5, 256, 1024


class Predictor(nn.Module):
    """Types, background first, and one box for all of them."""

    def __init__(self, inputs):
        super().__init__()
        self.types, self.box = nn.Linear(inputs, classes + 1), nn.Linear(inputs, 4)

    def forward(self, x):
        return self.types(x), self.box(x)


def dense_head():
    return nn.Sequential(TwoMLPHead(channels * 49, dense), Predictor(dense))


def norm_conv(inputs, outputs, kernel):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Widen(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.short = norm_conv(channels, channels, 3), norm_conv(channels, dense, 1), norm_conv(channels, dense, 1)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.short(x))


class Bottleneck(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = norm_conv(dense, dense // 4, 1), norm_conv(dense // 4, dense // 4, 3), norm_conv(dense // 4, dense, 1)

    def forward(self, x):
        return F.relu(x + self.third(F.relu(self.second(F.relu(self.first(x))))))


class DoubleHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = dense_head()
        self.conv, self.predictor = nn.Sequential(Widen(), *[Bottleneck() for _ in range(4)]), Predictor(dense)

    def forward(self, x):
        return self.dense(x), self.predictor(self.conv(x).mean([2, 3]))


def losses(outputs, labels, regions, matched, weights):
    logits, deltas = outputs
    target, positive = BoxCoder(weights).encode_single(matched, regions), labels > 0
    return F.cross_entropy(logits, labels), F.smooth_l1_loss(deltas[positive], target[positive], beta=1 / 9, reduction="sum") / labels.numel()


def start(model, images, features, proposals, targets):
    """Regions that are drawn once, with their labels and cells."""
    regions, matched, labels, _ = model.roi_heads.select_training_samples(proposals, targets)
    boxes = [target["boxes"][index] for target, index in zip(targets, matched)]
    return regions, torch.cat(labels), torch.cat(boxes)


def cascade(model):
    heads = nn.ModuleList([dense_head() for _ in range(3)])
    stages = [(0.5, (10.0, 10.0, 5.0, 5.0), 1), (0.6, (20.0, 20.0, 10.0, 10.0), 0.5), (0.7, (30.0, 30.0, 15.0, 15.0), 0.25)]

    def loss_of(images, features, proposals, targets):
        regions, labels, matched = start(model, images, features, proposals, targets)
        total = 0
        for t, (iou, weights, share) in enumerate(stages):
            if t > 0:
                labels, matched = [], []
                for own, target in zip(regions, targets):
                    found = Matcher(iou, iou, False)(box_iou(target["boxes"], own))
                    labels.append(torch.where(found >= 0, target["labels"][found.clamp(min=0)], 0))
                    matched.append(target["boxes"][found.clamp(min=0)])
                labels, matched = torch.cat(labels), torch.cat(matched)
            outputs = heads[t](model.roi_heads.box_roi_pool(features, regions, images.image_sizes))
            types, box = losses(outputs, labels, torch.cat(regions), matched, weights)
            total = total + share * (types + box)
            moved = BoxCoder(weights).decode_single(outputs[1].detach(), torch.cat(regions))
            regions = list(clip_boxes_to_image(moved, images.image_sizes[0]).split([len(r) for r in regions]))
        return total

    return heads, loss_of


def double_head(model):
    head, weights = DoubleHead(), (10.0, 10.0, 5.0, 5.0)

    def loss_of(images, features, proposals, targets):
        regions, labels, matched = start(model, images, features, proposals, targets)
        fully, conv = head(model.roi_heads.box_roi_pool(features, regions, images.image_sizes))
        types, box = losses(fully, labels, torch.cat(regions), matched, weights)
        conv_types, conv_box = losses(conv, labels, torch.cat(regions), matched, weights)
        return 2.0 * (0.7 * types + 0.3 * box) + 2.5 * (0.2 * conv_types + 0.8 * conv_box)

    return head, loss_of


def step(detector, make_heads):
    """One step of SGD; `detector` is the Faster R-CNN of pytorch_peer.py, whose own head is left out."""
    model, images, targets = detector
    heads, loss_of = make_heads(model)
    trained = [p for p in [*model.backbone.parameters(), *model.rpn.parameters(), *heads.parameters()] if p.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=1e-4, momentum=0.9, weight_decay=1e-4)

    def run():
        optimiser.zero_grad(set_to_none=True)
        features = model.backbone(images.tensors)
        proposals, first = model.rpn(images, features, targets)
        (sum(first.values()) + loss_of(images, features, proposals, targets)).backward()
        optimiser.step()

    return run
