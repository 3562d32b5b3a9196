"""Times one workload in PyTorch (two threads) and prints the milliseconds of every run as JSON."""
import json
import sys
import time

import torch
import torchvision

import detector_peers
import segmenter_peers
import two_stage_peers

torch.set_num_threads(2)


def check_blas():
    """Refuse the reference BLAS: dense layers take eighty times as long with it, which compares nothing."""
    torch.rand(64, 64) @ torch.rand(64, 64)
    with open("/proc/self/maps") as maps:
        if not any("openblas" in line or "mkl" in line for line in maps):
            raise SystemExit("PyTorch must multiply with OpenBLAS or MKL. Received the reference BLAS. Install libopenblas0-pthread.")


check_blas()
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


cells = [[40, 40, 150, 140], [200, 60, 300, 170], [60, 180, 180, 250], [180, 180, 250, 250]]


def two_stage(with_masks, height, width, is_training):
    """ResNet-50 FPN with frozen norms and early stages, pictures of the network's own size, and their cells."""
    detection = torchvision.models.detection
    body = torchvision.models.resnet50(norm_layer=torchvision.ops.FrozenBatchNorm2d)
    backbone = detection.backbone_utils._resnet_fpn_extractor(body, 3)
    # Everything that is proposed counts as found, so that 100 detections get masks as on our side.
    kind = detection.MaskRCNN if with_masks else detection.FasterRCNN
    model = kind(backbone, num_classes=6, box_score_thresh=0.0).train(is_training)
    count = 2 if is_training else 1
    images = detection.image_list.ImageList(torch.rand(count, 3, height, width), [(height, width)] * count)
    targets = []
    for _ in range(count):
        boxes = torch.tensor(cells, dtype=torch.float32) * torch.tensor([min(1, width / 512), min(1, height / 384)] * 2)
        masks = torch.zeros(len(cells), height, width)
        for mask, (x1, y1, x2, y2) in zip(masks, boxes.long().tolist()):
            mask[y1:y2, x1:x2] = 1
        targets.append({"boxes": boxes, "labels": torch.arange(len(cells)) % 5 + 1, "masks": masks})

    def offer_cells(proposals, found):
        # 40 shifted copies of each cell: 512 regions are drawn then, 128 of them cells, as on our side.
        shifts = [torch.cat([b + d for d in torch.arange(40).float().reshape(-1, 1, 1) * 0.2]) for b in found]
        return [torch.cat([p, s]) for p, s in zip(proposals, shifts)]

    model.roi_heads.add_gt_proposals = offer_cells
    return model, images, targets


def detector(with_masks, height, width, is_training):
    model, images, targets = two_stage(with_masks, height, width, is_training)

    def step():
        features = model.backbone(images.tensors)
        proposals, first = model.rpn(images, features, targets)
        found, second = model.roi_heads(features, proposals, images.image_sizes, targets)
        return sum({**first, **second}.values()) if is_training else found

    return model, step


def detector_step(with_masks, height, width):
    model, loss_of = detector(with_masks, height, width, True)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=1e-4, momentum=0.9, weight_decay=1e-4)

    def run():
        optimiser.zero_grad(set_to_none=True)
        loss_of().backward()
        optimiser.step()

    return run


def detector_inference(with_masks, height, width):
    _, find = detector(with_masks, height, width, False)

    def run():
        with torch.inference_mode():
            find()

    return run


def make(name):
    models = torchvision.models
    if name == "faster-rcnn-step":
        return detector_step(False, 384, 512)
    if name == "mask-rcnn-step":
        return detector_step(True, 256, 256)
    if name == "cascade-rcnn-step":
        return two_stage_peers.step(two_stage(False, 384, 512, True), two_stage_peers.cascade)
    if name == "double-head-step":
        return two_stage_peers.step(two_stage(False, 384, 512, True), two_stage_peers.double_head)
    if name == "faster-rcnn-inference":
        return detector_inference(False, 384, 512)
    if name == "mask-rcnn-inference":
        return detector_inference(True, 256, 256)
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
    for peers in (detector_peers, segmenter_peers):
        if name in peers.workloads:
            return peers.workloads[name]()
    raise SystemExit("unknown workload " + name)


run = make(name)
times = []
for i in range(warm_ups + runs):
    start = time.perf_counter()
    run()
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times[warm_ups:]))
