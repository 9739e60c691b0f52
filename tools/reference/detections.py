#!/usr/bin/env python3
"""Writes golden detections with another engine and other code than ours: ONNX Runtime and NumPy.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install onnxruntime opencv-python-headless numpy pyyaml
    /tmp/reference/bin/python tools/reference/detections.py SHARED-FOLDER

Rewrites src/vision/detect/*/golden/*.json. The detectors' golden tests compare what ours find with these files, so a
wrong colour order, letterbox or decoding is seen even where the result still looks plausible.
"""
import json
import pathlib
import sys

import cv2
import numpy as np
import onnxruntime
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRIDES = (8, 16, 32)
SCENES = {
    "yolox-nano": ["data/alpr/openalpr-eu/eu10.jpg", "data/train/intel-sample-videos/*", "data/train/oi-vehicles/*"],
    "nanodet-m": ["data/alpr/openalpr-eu/eu10.jpg", "data/train/intel-sample-videos/*", "data/train/oi-vehicles/*"],
    "fastestdet": ["data/alpr/openalpr-eu/eu10.jpg", "data/train/oi-vehicles/*"],
    "vehicle-detection-0202": ["data/alpr/openalpr-eu/eu10.jpg", "data/train/intel-sample-videos/*"],
    "pedestrian-detection-adas-0002": ["data/train/oi-persons/*"],
    "yunet-n-320": ["data/faces/compreface/000_5.jpg"],
    "yunet-n-640": ["data/faces/compreface/010_2.jpg"],
    "ultraface-rfb-320": ["data/faces/compreface/000_5.jpg"],
    "ultraface-masked-640": ["data/faces/compreface/000_5.jpg"],
    "hyperlpr-y5fu-320": ["data/alpr/openalpr-eu/eu10.jpg", "data/alpr/openalpr-us/*"],
    "hyperlpr-y5fu-640": ["data/alpr/openalpr-br/*"],
}


def fraction(value):
    if isinstance(value, list):
        return np.array([fraction(v) for v in value], np.float32)
    over = str(value).split("/")
    return float(over[0]) / (float(over[1]) if len(over) > 1 else 1.0)


def blob(picture, spec):
    width, height, fit = spec["width"], spec["height"], spec["fit"]
    high, wide = picture.shape[:2]
    if fit == "stretch":
        size, offset, ratio = (width, height), (0, 0), (width / wide, height / high)
    else:
        scale = min(width / wide, height / high)
        size = (round(wide * scale), round(high * scale))
        offset = (0, 0) if fit == "letterbox_corner" else ((width - size[0]) // 2, (height - size[1]) // 2)
        ratio = (size[0] / wide, size[1] / high)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if size[0] < wide else cv2.INTER_LINEAR)
    canvas = np.full((height, width, 3), spec.get("pad", 114), np.uint8)
    canvas[offset[1]:offset[1] + size[1], offset[0]:offset[0] + size[0]] = small
    if spec["color"] == "rgb":
        canvas = canvas[:, :, ::-1]
    numbers = (canvas.astype(np.float32) - fraction(spec.get("mean", 0))) * fraction(spec.get("scale", 1))
    back = lambda xy: (np.asarray(xy).reshape(-1, 2) - offset) / ratio / (wide, high)
    return np.ascontiguousarray(numbers.transpose(2, 0, 1)[None], np.float32), back


def cells(spec, stride):
    columns, rows = spec["width"] // stride, spec["height"] // stride
    return np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1).reshape(-1, 2).astype(np.float32)


def centred(centre, size):
    return np.concatenate([centre - size / 2, centre + size / 2], 1)


def yolox(out, spec, _):
    rows = out["output"][0]
    grid = np.concatenate([cells(spec, s) for s in STRIDES])
    stride = np.concatenate([np.full((len(cells(spec, s)), 1), s) for s in STRIDES])
    return centred((rows[:, :2] + grid) * stride, np.exp(rows[:, 2:4]) * stride), rows[:, 4:5] * rows[:, 5:], None


def nanodet(out, spec, _):
    boxes, scores = [], []
    maps = list(out.values())
    for i, stride in enumerate(STRIDES):
        logits = maps[3 + i][0].reshape(-1, 4, 8).astype(np.float64)
        chance = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        far = (chance @ np.arange(8)) * stride
        middle = (cells(spec, stride) + 0.5) * stride
        boxes.append(np.concatenate([middle - far[:, :2], middle + far[:, 2:]], 1))
        scores.append(maps[i][0])
    return np.concatenate(boxes), np.concatenate(scores), None


def fastestdet(out, spec, _):
    chart = next(iter(out.values()))[0]
    rows = chart.reshape(chart.shape[0], -1).T
    grid, stride = cells(spec, 16), 16
    size = 1 / (1 + np.exp(-rows[:, 3:5])) * (spec["width"], spec["height"])
    return centred((grid + np.tanh(rows[:, 1:3])) * stride, size), rows[:, :1] ** 0.6 * rows[:, 5:] ** 0.4, None


def square_priors(options, side):
    rows = []
    for stride, sides in zip(options["strides"], options["prior_sides"].split(";")):
        columns, lines = np.ceil(side / stride).astype(int)
        for y in range(lines):
            for x in range(columns):
                for length in sides.split():
                    rows.append([*((np.array([x, y]) + 0.5) * stride / side), *(float(length) / side)])
    return np.minimum(rows, 1)


def ssd(out, spec, manifest):
    options = manifest["decoder_options"]
    values = out[options["boxes"]].reshape(-1, 4)
    scores = out[options["scores"]].reshape(len(values), -1).copy()
    scores[:, options["background"]] = -1
    side = np.array([spec["width"], spec["height"]])
    if options["box_form"] == "corners":
        return values * np.tile(side, 2), scores, None
    if "extra_files" in manifest:
        priors = np.loadtxt(place(manifest["extra_files"]["priors"]["file"]))
    else:
        priors = square_priors(options, side)
    spread = np.array(options["variances"])
    centre = priors[:, :2] + values[:, :2] * spread[:2] * priors[:, 2:]
    return centred(centre * side, priors[:, 2:] * np.exp(values[:, 2:] * spread[2:]) * side), scores, None


def yunet(out, spec, _):
    boxes, scores, points = [], [], []
    for stride in STRIDES:
        grid = cells(spec, stride)
        box, point = out[f"bbox_{stride}"][0], out[f"kps_{stride}"][0]
        boxes.append(centred((grid + box[:, :2]) * stride, np.exp(box[:, 2:]) * stride))
        points.append((point.reshape(-1, 5, 2) + grid[:, None]) * stride)
        scores.append(np.sqrt(out[f"cls_{stride}"][0] * out[f"obj_{stride}"][0]))
    return np.concatenate(boxes), np.concatenate(scores), np.concatenate(points)


def plate_corners(out, _, __):
    rows = out["output"][0]
    return centred(rows[:, :2], rows[:, 2:4]), rows[:, 4:5] * rows[:, 13:], rows[:, 5:13].reshape(-1, 4, 2)


FORMS = {"yolox": yolox, "nanodet": nanodet, "fastestdet": fastestdet, "ssd": ssd, "yunet": yunet,
         "plate-corners": plate_corners}


def overlap(a, b):
    wide, high = (max(0, min(a[i + 2], b[i + 2]) - max(a[i], b[i])) for i in (0, 1))
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return wide * high / (area(a) + area(b) - wide * high)


def detections(manifest, picture, least):
    spec = manifest["input"]
    numbers, back = blob(picture, spec)
    session = onnxruntime.InferenceSession(str(place(manifest["file"])), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    out = dict(zip(names, session.run(names, {session.get_inputs()[0].name: numbers})))
    boxes, scores, points = FORMS[manifest["decoder"]](out, spec, manifest)
    labels = manifest["labels"]
    if isinstance(labels, str):
        labels = (manifest["path"].parent / labels).read_text().split("\n")
    kept = []
    for i in np.argsort(-scores.max(1), kind="stable"):
        kind, score = int(scores[i].argmax()), float(scores[i].max())
        if score < least or len(kept) == 300:
            break
        if any(k["label"] == labels[kind] and overlap(k["pixels"], boxes[i]) > 0.45 for k in kept):
            continue
        (left, top), (right, bottom) = np.clip(back(boxes[i]), 0, 1)
        corners = np.clip(back(points[i]), 0, 1) if points is not None else []
        kept.append({"pixels": boxes[i], "label": labels[kind], "score": round(score, 4),
                     "box": [round(float(v), 4) for v in (left, top, right - left, bottom - top)],
                     "points": [[round(float(v), 4) for v in p] for p in corners]})
    return [{key: value for key, value in k.items() if key != "pixels"} for k in kept]


def as_text(golden):
    """JSON with one detection per line, for review in a diff."""
    found = ",\n".join("  " + json.dumps(d) for d in golden.pop("detections"))
    return json.dumps(golden)[:-1] + ', "detections": [\n' + found + "\n]}\n"


def place(name):
    return pathlib.Path(str(name).replace("${env:VEDETTE_SHARED:-../../../../shared}", str(SHARED)))


def main():
    onnxruntime.set_default_logger_severity(4)
    for path in sorted((ROOT / "tests/models/third-party").glob("*.model.yaml")):
        manifest = yaml.safe_load(path.read_text())
        manifest["path"] = path
        for number, scene in enumerate(SCENES.get(manifest["id"], [])):
            pictures = sorted(p for p in SHARED.glob(scene) if p.suffix == ".jpg")
            name = pictures[len(pictures) // 2]
            least = 0.4
            found = detections(manifest, cv2.imread(str(name)), least)
            golden = {"model": manifest["id"], "picture": str(name.relative_to(SHARED)), "min_score": least,
                      "detections": found}
            folder = ROOT / "src/vision/detect" / manifest["decoder"].replace("-", "_") / "golden"
            folder.mkdir(exist_ok=True)
            (folder / f"{manifest['id']}-{number + 1}.json").write_text(as_text(golden))
            print(f"{manifest['id']}: {name.name}: {[(d['label'], d['score']) for d in found][:8]}")


if __name__ == "__main__":
    SHARED = pathlib.Path(sys.argv[1])
    main()
