"""Third-party models that label training pictures, through ONNX Runtime. Their answers become labels; none of their
weights go anywhere."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from training import sources

READER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
SIDE = 640  # of the detector's input, px


def session(path: Path) -> onnxruntime.InferenceSession:
    if not path.is_file():
        raise FileNotFoundError(f"no teacher at {path}: set VEDETTE_SHARED to the folder that has models/")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def clockwise(points: np.ndarray) -> np.ndarray:
    """Four points, from the upper left."""
    middle = points.mean(0)
    return points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))].astype(np.float32)


def box_corners(row: dict[str, str]) -> np.ndarray:
    """A row of labels.tsv -> 4 x 2, px, clockwise from the upper left."""
    x, y, w, h = (float(row[k]) for k in "xywh")
    return np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32)


class PlateReader:
    """cct_xs."""

    def __init__(self) -> None:
        self.session = session(sources.shared() / "models" / "plate" / "cct_xs_v1_global.onnx")

    def read(self, crop: np.ndarray) -> tuple[str, float]:
        """BGR crop -> text, confidence (product over the slots)."""
        rgb = cv2.cvtColor(cv2.resize(crop, (128, 64)), cv2.COLOR_BGR2RGB)[None]
        slots = self.session.run(None, {self.session.get_inputs()[0].name: rgb})[0].reshape(-1, len(READER_ALPHABET))
        best = slots.argmax(1)
        return "".join(READER_ALPHABET[i] for i in best).replace("_", ""), float(slots.max(1).prod())


class PlateDetector:
    """y5fu at 640."""

    def __init__(self) -> None:
        self.session = session(sources.shared() / "models" / "plate" / "hyperlpr_y5fu_640x_sim.onnx")

    def plates(self, picture: np.ndarray, least: float, most: int = 200) -> list[tuple[np.ndarray, float, int]]:
        """BGR -> (4 x 2 corners in px, clockwise from the upper left; score; lines), best first, overlapping ones too."""
        scale = SIDE / max(picture.shape[:2])
        small, canvas = cv2.resize(picture, None, fx=scale, fy=scale), np.full((SIDE, SIDE, 3), 114, np.uint8)
        canvas[:small.shape[0], :small.shape[1]] = small[:SIDE, :SIDE]
        blob = canvas[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 255
        rows = self.session.run(None, {self.session.get_inputs()[0].name: blob})[0].reshape(-1, 15)
        scores = rows[:, 4] * rows[:, 13:15].max(1)
        best = [i for i in np.argsort(-scores)[:most] if scores[i] >= least]
        return [(clockwise(rows[i, 5:13].reshape(4, 2) / scale), float(scores[i]), int(rows[i, 13:15].argmax()) + 1)
                for i in best]


COCO = {0: "person", 1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 7: "truck"}  # the classes that are asked for


class ObjectTeacher:
    """A detector of COCO's 80 classes. decode: outputs -> boxes n x 4 (left, top, right, bottom, px of the input), scores n x 80."""

    SIDE = 416

    def __init__(self, file: str, pad: int, mean: tuple[float, ...], scale: tuple[float, ...], decode) -> None:
        self.session, self.pad, self.decode = session(sources.shared() / "models" / "detect" / file), pad, decode
        self.mean, self.scale = np.array(mean, np.float32), np.array(scale, np.float32)

    def things(self, picture: np.ndarray, least: float) -> list[tuple[np.ndarray, str, float]]:
        """BGR -> (left, top, right, bottom in px; label; score), overlapping ones of a label reduced to the best."""
        side, scale = self.SIDE, self.SIDE / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)[:side, :side]
        canvas = np.full((side, side, 3), self.pad, np.float32)
        canvas[:small.shape[0], :small.shape[1]] = small
        blob = ((canvas - self.mean) * self.scale).transpose(2, 0, 1)[None]
        boxes, scores = self.decode(self.session.run(None, {self.session.get_inputs()[0].name: blob}))
        out: list[tuple[np.ndarray, str, float]] = []
        for index, label in COCO.items():
            of_class = np.where((scores[:, index] >= least) & (scores.argmax(1) == index))[0]
            corners = boxes[of_class]
            rest = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], 1)
            for i in cv2.dnn.NMSBoxes(rest.tolist(), scores[of_class, index].tolist(), least, 0.5):
                box = np.clip(corners[i] / scale, 0, [picture.shape[1], picture.shape[0]] * 2).astype(np.float32)
                if (box[2:] - box[:2] >= 2).all():
                    out.append((box, label, float(scores[of_class[i], index])))
        return sorted(out, key=lambda t: -t[2])


def _cells(side: int, stride: int) -> np.ndarray:
    """Column and row of each cell, n x 2."""
    y, x = np.mgrid[0:-(-side // stride), 0:-(-side // stride)]
    return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


def yolox() -> ObjectTeacher:
    """YOLOX nano."""
    side, strides = ObjectTeacher.SIDE, (8, 16, 32)
    cell = np.concatenate([_cells(side, s) for s in strides])
    stride = np.concatenate([np.full((len(_cells(side, s)), 1), s, np.float32) for s in strides])

    def decode(outputs: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        rows = outputs[0].reshape(len(cell), 85)
        middle, size = (rows[:, :2] + cell) * stride, np.exp(rows[:, 2:4]) * stride
        return np.concatenate([middle - size / 2, middle + size / 2], 1), rows[:, 4:5] * rows[:, 5:]

    return ObjectTeacher("yolox_nano_416.onnx", 114, (0, 0, 0), (1, 1, 1), decode)


def nanodet() -> ObjectTeacher:
    """NanoDet-m."""
    def decode(outputs: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        boxes, scores = [], []
        for stride in (8, 16, 32):
            cell = (_cells(ObjectTeacher.SIDE, stride) + 0.5) * stride
            of_level = [o.reshape(len(cell), -1) for o in outputs if o.size % len(cell) == 0 and o.size // len(cell) in (80, 32)]
            score, bins = (next(o for o in of_level if o.shape[1] == n) for n in (80, 32))
            parts = np.exp(bins.reshape(-1, 4, 8) - bins.reshape(-1, 4, 8).max(2, keepdims=True))
            far = (parts * np.arange(8)).sum(2) / parts.sum(2) * stride
            boxes.append(np.concatenate([cell - far[:, :2], cell + far[:, 2:]], 1))
            scores.append(score)
        return np.concatenate(boxes), np.concatenate(scores)

    return ObjectTeacher("nanodet_m_416.onnx", 0, (103.53, 116.28, 123.675), (1 / 57.375, 1 / 57.12, 1 / 58.395), decode)
