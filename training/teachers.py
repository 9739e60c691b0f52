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
    options.intra_op_num_threads = 1
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
