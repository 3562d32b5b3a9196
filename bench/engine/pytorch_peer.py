"""Times one workload in PyTorch (two threads) and prints the milliseconds of every run as JSON."""
import json
import sys
import time

import torch
import torchvision

import detector_peers

torch.set_num_threads(2)
torch.manual_seed(1)
name, warm_ups, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def training_step(model, shape, frozen=()):
    for key, parameter in model.named_parameters():
        if any(key.startswith(prefix + ".") for prefix in frozen):
            parameter.requires_grad_(False)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=1e-4, momentum=0.9, weight_decay=1e-4)
    image = torch.rand(*shape)
    labels = torch.arange(shape[0]) % 10
    loss_of = torch.nn.CrossEntropyLoss()

    def run():
        optimiser.zero_grad(set_to_none=True)
        loss_of(model(image), labels).backward()
        optimiser.step()

    return run


def frozen_norm():
    return torchvision.ops.FrozenBatchNorm2d


def make(name):
    models = torchvision.models
    if name == "resnet50-frozen-norm":
        return training_step(models.resnet50(num_classes=10, norm_layer=frozen_norm()), (2, 3, 300, 300), ("conv1", "bn1"))
    if name == "resnet18-frozen-norm":
        return training_step(models.resnet18(num_classes=10, norm_layer=frozen_norm()), (2, 3, 300, 300), ("conv1", "bn1"))
    if name == "resnet18-batch-norm":
        return training_step(models.resnet18(num_classes=10), (2, 3, 300, 300))
    if name == "vgg16-classifier":
        model = models.vgg16_bn(num_classes=10)
        model.avgpool = torch.nn.Identity()
        model.classifier[0] = torch.nn.Linear(512 * 3 * 3, 4096)
        return training_step(model, (40, 3, 96, 96))
    if name == "resnet50-inference":
        model = models.resnet50(num_classes=10).eval()
        image = torch.rand(1, 3, 300, 300)

        def run():
            with torch.inference_mode():
                model(image)

        return run
    if name == "roi-align":
        features = torch.rand(1, 256, 75, 75, requires_grad=True)
        corner = torch.rand(128, 2) * 200
        boxes = [torch.cat([corner, corner + 20 + torch.rand(128, 2) * 80], 1)]
        weight = torch.rand(128, 256, 7, 7)

        def run():
            features.grad = None
            pooled = torchvision.ops.roi_align(features, boxes, 7, 0.25, 2, True)
            (pooled * weight).sum().backward()

        return run
    if name in detector_peers.workloads:
        return detector_peers.workloads[name]()
    raise SystemExit("unknown workload " + name)


run = make(name)
times = []
for i in range(warm_ups + runs):
    start = time.perf_counter()
    run()
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times[warm_ups:]))
