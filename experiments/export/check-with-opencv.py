"""Reads the files of measure-conversions.ts with OpenCV's own ONNX importer and compares the outputs.

Run: python3 experiments/export/check-with-opencv.py FOLDER SIDE NETWORK ...   (opencv-python-headless >= 5)
"""
import json
import pathlib
import sys

import cv2
import numpy as np

folder, side = pathlib.Path(sys.argv[1]), int(sys.argv[2])
print("OpenCV", cv2.__version__)
for network in sys.argv[3:]:
    image = np.fromfile(folder / f"{network}-image.f32", dtype=np.float32).reshape(1, 3, side, side)
    for kind in ("float32", "float16", "int8"):
        ours = np.array(json.loads((folder / f"{network}-{kind}.json").read_text()))
        try:
            net = cv2.dnn.readNetFromONNX(str(folder / f"{network}-{kind}.onnx"))
            net.setInput(image)
            theirs = net.forward().ravel()
            error = np.linalg.norm(theirs - ours) / np.linalg.norm(ours)
            print(f"{network} {kind}: relative L2 difference from ONNX Runtime {error:.1e}")
        except cv2.error as error:
            print(f"{network} {kind}: not read: {str(error).splitlines()[0][:200]}")
