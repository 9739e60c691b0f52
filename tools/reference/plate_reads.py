#!/usr/bin/env python3
"""Writes golden plate reads with another engine and other code than ours: ONNX Runtime and NumPy.

    /tmp/reference/bin/python tools/reference/plate_reads.py SHARED-FOLDER      (packages: see detections.py)

Rewrites src/vision/ocr/*/golden/*.json. The readers' golden tests compare what ours read with these files: the text
exactly, the confidence (that of the whole text) within a tolerance.
"""
import json
import pathlib
import sys

import cv2
import numpy as np
import onnxruntime
import yaml

import detections

ROOT = pathlib.Path(__file__).resolve().parents[2]
CROPS = 6  # of each set, spread evenly
SETS = {"cct-xs-v1": ["openalpr-us-crops", "ar-crops"], "cct-xs-v1-float": ["openalpr-us-crops", "ar-crops"],
        "lprnet-cn": ["lprnet-cn-crops"]}


def tensor(picture, spec):
    small = cv2.resize(picture, (spec["width"], spec["height"]),
                       interpolation=cv2.INTER_AREA if spec["width"] < picture.shape[1] else cv2.INTER_LINEAR)
    if spec["color"] == "rgb":
        small = small[:, :, ::-1]
    if spec["type"] == "u8":
        return np.ascontiguousarray(small[None])
    numbers = (small.astype(np.float32) - detections.fraction(spec.get("mean", 0))) * detections.fraction(
        spec.get("scale", 1))
    return np.ascontiguousarray(numbers.transpose(2, 0, 1)[None], np.float32)


def softmax(rows):
    weights = np.exp(rows - rows.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def fixed_slot(numbers, options):
    symbols = options["alphabet"]
    rows = numbers.reshape(-1, len(symbols)).astype(np.float64)
    if abs(rows.sum(1) - 1).max() > 0.01:
        rows = softmax(rows)
    text = "".join(symbols[i] for i in rows.argmax(1)).replace(options["pad"], "")
    return text, rows.max(1).prod()


def probability_of(classes, rows, blank):
    """Over all paths: the forward recursion of Graves et al., ICML 2006."""
    signs = [blank] + [s for c in classes for s in (c, blank)]
    now = np.zeros(len(signs))
    now[0] = rows[0, blank]
    if len(signs) > 1:
        now[1] = rows[0, signs[1]]
    for row in rows[1:]:
        came = now.copy()
        came[1:] += now[:-1]
        for i in range(2, len(signs)):
            if signs[i] != blank and signs[i] != signs[i - 2]:
                came[i] += now[i - 2]
        now = came * row[signs]
    return now[-2:].sum()


def ctc(numbers, options):
    symbols, blank = options["alphabet"], int(options["blank"])
    shape = [n for n in numbers.shape if n != 1]
    rows = numbers.reshape(shape).astype(np.float64)
    rows = softmax(rows.T if shape[0] == len(symbols) else rows)
    path = rows.argmax(1)
    classes = [int(c) for i, c in enumerate(path) if c != blank and (i == 0 or c != path[i - 1])]
    return "".join(symbols[c] for c in classes), probability_of(classes, rows, blank)


FORMS = {"fixed-slot": fixed_slot, "ctc": ctc}


def main(shared):
    detections.SHARED = shared
    onnxruntime.set_default_logger_severity(4)
    for model, sets in SETS.items():
        manifest = yaml.safe_load((ROOT / f"tests/models/third-party/{model}.model.yaml").read_text())
        session = onnxruntime.InferenceSession(str(detections.place(manifest["file"])),
                                               providers=["CPUExecutionProvider"])
        reads = []
        for name in sets:
            pictures = sorted((shared / "data/alpr" / name).glob("*.[jp][pn]g"))
            for path in pictures[::len(pictures) // CROPS][:CROPS]:
                numbers = session.run(None, {session.get_inputs()[0].name: tensor(cv2.imread(str(path)),
                                                                                   manifest["input"])})[0]
                text, confidence = FORMS[manifest["decoder"]](numbers, manifest["decoder_options"])
                reads.append({"picture": str(path.relative_to(shared)), "text": text,
                              "confidence": round(float(confidence), 4)})
        folder = ROOT / "src/vision/ocr" / manifest["decoder"].replace("-", "_") / "golden"
        folder.mkdir(exist_ok=True)
        lines = ",\n".join("  " + json.dumps(read, ensure_ascii=False) for read in reads)
        (folder / f"{model}.json").write_text(json.dumps({"model": model})[:-1] + ', "reads": [\n' + lines + "\n]}\n")
        print(model, [(read["text"], read["confidence"]) for read in reads])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
