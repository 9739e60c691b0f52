#!/usr/bin/env python3
"""Writes golden cosines between faces with other code than ours: NumPy's singular values, OpenCV's warp, ONNX Runtime.

    /tmp/reference/bin/python tools/reference/face_embeddings.py SHARED-FOLDER      (packages: see detections.py)

Rewrites src/vision/face/embedding/golden/*.json: five points of some faces, and how alike each two of them are. The
embeddings themselves would tell who it is and are not kept. A wrong colour order, template or scale is seen even where the
result still looks plausible.
"""
import json
import pathlib
import sys

import cv2
import numpy as np
import onnxruntime
import yaml

import detections

TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
FACES = {"mobileface-v2": [("yunet-n-320", picture) for picture in (
    "data/faces/compreface/000_5.jpg", "data/faces/orl/s1/1.pgm", "data/faces/orl/s1/2.pgm", "data/faces/orl/s3/1.pgm")]}


def similarity(source, target):
    """Umeyama (1991), by singular values: the 2x3 matrix."""
    a, b = source - source.mean(0), target - target.mean(0)
    left, strength, right = np.linalg.svd(b.T @ a / len(a))
    sign = np.diag([1, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    turn = left @ sign @ right
    scale = (strength * np.diag(sign)).sum() / (a ** 2).sum(1).mean()
    return np.column_stack([scale * turn, target.mean(0) - scale * turn @ source.mean(0)])


def embedding(session, spec, picture, points):
    face = cv2.warpAffine(picture, similarity(points * (picture.shape[1], picture.shape[0]), TEMPLATE), (112, 112))
    numbers = face[:, :, ::-1] if spec["color"] == "rgb" else face
    numbers = (numbers.astype(np.float32) - detections.fraction(spec.get("mean", 0))) * detections.fraction(spec.get("scale", 1))
    out = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(numbers.transpose(2, 0, 1)[None])})[0].ravel()
    return out / np.linalg.norm(out)


def manifest_of(model):
    path = detections.ROOT / f"tests/models/third-party/{model}.model.yaml"
    return {**yaml.safe_load(path.read_text()), "path": path}


def main():
    onnxruntime.set_default_logger_severity(4)
    for model, scenes in FACES.items():
        manifest = manifest_of(model)
        session = onnxruntime.InferenceSession(str(detections.place(manifest["file"])), providers=["CPUExecutionProvider"])
        faces, directions = [], []
        for detector, name in scenes:
            picture = cv2.imread(str(detections.SHARED / name))
            for found in detections.detections(manifest_of(detector), picture, 0.5):
                faces.append({"picture": name, "points": found["points"]})
                directions.append(embedding(session, manifest["input"], picture, np.array(found["points"])))
        cosines = [[round(float(a @ b), 4) for b in directions] for a in directions]
        text = ",\n".join("  " + json.dumps({**face, "cosines": row}) for face, row in zip(faces, cosines))
        path = detections.ROOT / f"src/vision/face/embedding/golden/{model}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'{{"model": "{model}", "faces": [\n{text}\n]}}\n')
        print(path.relative_to(detections.ROOT), len(faces))


if __name__ == "__main__":
    detections.SHARED = pathlib.Path(sys.argv[1])
    main()
