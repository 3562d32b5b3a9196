"""The segmenters that `npm run bench` times, PyTorch's side; segmenters.ts is ours. Sizes of the papers."""
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

classes = 2


def conv_norm(c, o, kernel=3):
    return nn.Sequential(nn.Conv2d(c, o, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class UNet(nn.Module):
    widths = [64, 128, 256, 512, 1024]

    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList(nn.Sequential(conv_norm(c, o), conv_norm(o, o)) for c, o in zip([3] + self.widths, self.widths))
        pairs = list(zip(self.widths[:0:-1], self.widths[-2::-1]))
        self.ups = nn.ModuleList(nn.ConvTranspose2d(c, o, 2, stride=2) for c, o in pairs)
        self.joins = nn.ModuleList(nn.Sequential(conv_norm(2 * o, o), conv_norm(o, o)) for _, o in pairs)
        self.classifier = nn.Conv2d(64, classes, 1)

    def forward(self, x):
        levels = []
        for i, stage in enumerate(self.down):
            x = stage(F.max_pool2d(x, 2) if i > 0 else x)
            levels.append(x)
        for up, join, skip in zip(self.ups, self.joins, levels[-2::-1]):
            x = join(torch.cat([skip, up(x)], 1))
        return self.classifier(x)


class SegNet(nn.Module):
    stages = [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]

    def __init__(self):
        super().__init__()
        c, down, up = 3, [], []
        for stage in self.stages:
            down.append(nn.Sequential(*[conv_norm(a, b) for a, b in zip([c] + stage, stage)]))
            c = stage[-1]
        for i in reversed(range(len(self.stages))):
            stage = self.stages[i]
            outputs = stage[1:] + [self.stages[max(i - 1, 0)][-1]]
            up.append(nn.Sequential(*[conv_norm(a, b) for a, b in zip([c] + outputs, outputs)]))
            c = outputs[-1]
        self.down, self.up, self.classifier = nn.ModuleList(down), nn.ModuleList(up), nn.Conv2d(c, classes, 1)

    def forward(self, x):
        places = []
        for stage in self.down:
            x = stage(x)
            size = x.shape
            x, indices = F.max_pool2d(x, 2, return_indices=True)
            places.append((indices, size))
        for stage, (indices, size) in zip(self.up, reversed(places)):
            x = stage(F.max_unpool2d(x, indices, 2, output_size=size))
        return self.classifier(x)


class DeepLab(nn.Module):
    """ResNet-50 at stride 16, torchvision's pyramid pooling with its rates, decoder of 48 and 256 channels at a quarter."""

    def __init__(self):
        super().__init__()
        self.backbone = torchvision.models.resnet50(replace_stride_with_dilation=[False, False, True])
        del self.backbone.fc
        self.aspp = torchvision.models.segmentation.deeplabv3.ASPP(2048, [6, 12, 18], 256)
        self.aspp.project[3] = nn.Identity()
        self.fine = conv_norm(256, 48, 1)
        self.join = nn.Sequential(conv_norm(256 + 48, 256), conv_norm(256, 256), nn.Conv2d(256, classes, 1))

    def forward(self, image):
        b = self.backbone
        fine = b.layer1(b.maxpool(F.relu(b.bn1(b.conv1(image)))))
        deep = self.aspp(b.layer4(b.layer3(b.layer2(fine))))
        deep = F.interpolate(deep, fine.shape[2:], mode="bilinear", align_corners=False)
        logits = self.join(torch.cat([deep, self.fine(fine)], 1))
        return F.interpolate(logits, image.shape[2:], mode="bilinear", align_corners=False)


def step(model, count):
    model.train()
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, weight_decay=1e-4)
    image = torch.rand(count, 3, 256, 256)
    truth = torch.arange(count * 256 * 256).reshape(count, 256, 256) // 32 % 2

    def run():
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(model(image), truth).backward()
        optimiser.step()

    return run


def look(model):
    model.eval()
    image = torch.rand(1, 3, 256, 256)

    def run():
        with torch.inference_mode():
            model(image).softmax(1)

    return run


workloads = {
    "u-net-step": lambda: step(UNet(), 2),
    "segnet-step": lambda: step(SegNet(), 2),
    "deeplab-step": lambda: step(DeepLab(), 4),
    "u-net-inference": lambda: look(UNet()),
    "segnet-inference": lambda: look(SegNet()),
    "deeplab-inference": lambda: look(DeepLab()),
}
