"""Times torchvision's SSD300 network alone (no decoding, resizing or suppression) and prints ms of every run as JSON."""
import json
import sys
import time

import torch
import torchvision

torch.set_num_threads(2)
torch.manual_seed(1)
warm_ups, runs = int(sys.argv[1]), int(sys.argv[2])
model = torchvision.models.detection.ssd300_vgg16(weights=None, weights_backbone=None, num_classes=12).eval()
image = torch.rand(1, 3, 300, 300)


def run():
    with torch.inference_mode():
        features = list(model.backbone(image).values())
        model.head(features)


times = []
for _ in range(warm_ups + runs):
    start = time.perf_counter()
    run()
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times[warm_ups:]))
