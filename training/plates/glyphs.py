"""Signs as masks: from font files, and from strokes that we draw ourselves.

A mask is float-like uint8, 0..255, HEIGHT rows, cropped to the ink; all signs of a face are as high.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

HEIGHT = 72
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: file name -> kind; Debian's packages are named in README.md. What is absent is left out.
FONTS = {
    "OSP-DIN.ttf": "din", "LiberationSansNarrow-Bold.ttf": "din", "NimbusSansNarrow-Bold.otf": "din",
    "BebasNeue-Bold.otf": "din", "BebasNeue-Regular.otf": "din", "Dosis-Bold.otf": "round",
    "Dosis-SemiBold.otf": "round", "RG2014B.ttf": "us", "RG2014C.ttf": "us", "RG2014D.ttf": "wide",
    "RG2014E.ttf": "wide", "routed-gothic-narrow.ttf": "round", "routed-gothic.ttf": "mono",
    "osifont.ttf": "round", "NimbusSans-Bold.otf": "wide", "LiberationSans-Bold.ttf": "wide",
    "Inter-Bold.otf": "wide", "Inter-SemiBold.otf": "wide", "LeagueMono-CondensedBold.otf": "mono",
    "LeagueMono-NarrowBold.otf": "mono", "MplusCode60-Bold.otf": "mono", "MplusCodeLatin60-Bold.otf": "mono",
    "B612Mono-Bold.otf": "mono", "NationalPark-Heavy.otf": "wide", "NationalPark-Regular.otf": "us",
    "allerta_medium.otf": "wide", "Play-Bold.ttf": "wide", "Comfortaa-Bold.ttf": "wide",
    "Roboto-Bold.ttf": "wide", "RobotoCondensed-Bold.ttf": "din", "DejaVuSansCondensed-Bold.ttf": "wide",
    "DejaVuSans-Bold.ttf": "wide", "Mplus1-Bold.otf": "wide",
    "LiberationMono-Bold.ttf": "mono", "NimbusMonoPS-Bold.otf": "mono", "URWGothic-Demi.otf": "wide",
}

# Points on a grid of 4 x 8; a point written twice stays a corner when the line is rounded; "c" closes.
_STROKES = {
    "A": "08 20 48|15 35", "B": "34 04 00 00 30 41 43 34 45 47 38 08 08 04", "C": "42 41 30 10 01 07 18 38 47 46",
    "D": "c00 00 30 42 46 38 08 08", "E": "40 00 00 08 08 48|04 34", "F": "40 00 00 08|04 34",
    "G": "42 41 30 10 01 07 18 38 47 44 44 24", "H": "00 08|40 48|04 44", "I": "20 28", "J": "40 47 38 18 07 06",
    "K": "00 08|40 05|13 48", "L": "00 08 08 48", "M": "08 00 00 25 25 40 40 48", "N": "08 00 00 48 48 40",
    "O": "c10 30 41 47 38 18 07 01", "P": "08 00 00 30 41 44 35 05", "Q": "c10 30 41 47 38 18 07 01|26 48",
    "R": "08 00 00 30 41 43 34 04|24 48", "S": "42 41 30 10 01 03 14 34 45 47 38 18 07 06", "T": "00 40|20 28",
    "U": "00 07 18 38 47 40", "V": "00 28 28 40", "W": "00 18 18 22 22 38 38 40", "X": "00 48|40 08",
    "Y": "00 24 24 40|24 28", "Z": "00 40 40 08 08 48", "0": "c10 30 41 47 38 18 07 01", "1": "12 20 20 28",
    "2": "02 01 10 30 41 43 08 08 48", "3": "01 10 30 41 43 34 14|24 34 45 47 38 18 07", "4": "38 30 30 06 06 46",
    "5": "40 10 10 03 13 33 44 47 38 18 07", "6": "41 30 10 01 07 18 38 47 45 34 14 05", "7": "00 40 40 18",
    "8": "c10 30 41 43 34 14 03 01|c14 34 45 47 38 18 07 05", "9": "07 18 38 47 41 30 10 01 03 14 34 43",
}
_OTHER = {"3": "00 40 40 23 34 45 47 38 18 07", "1": "11 20 20 28|08 48", "I": "20 28|10 30|18 38",
          "J": "10 40 40 47 38 18 07 06", "7": "02 00 00 40 40 18", "M": "08 00 00 28 28 40 40 48",
          "4": "20 06 06 46|34 38", "0": "c10 30 41 47 38 18 07 01|36 12", "G": "42 41 30 10 01 07 18 38 47 45 45 25|45 48",
          "Y": "00 04 04 44|40 44|24 28", "W": "00 08 08 24 24 48 48 40", "Z": "00 40 40 08 08 48|14 34"}


def _rounded(points: np.ndarray, closed: bool, cut: float, times: int = 3) -> np.ndarray:
    """Chaikin's corner cutting; cut 0 leaves the corners, 0.25 makes them round."""
    for _ in range(times if cut > 0 else 0):
        nxt = np.roll(points, -1, 0) if closed else points[1:]
        cur = points if closed else points[:-1]
        pair = np.stack([cur + (nxt - cur) * cut, nxt - (nxt - cur) * cut], 1).reshape(-1, 2)
        points = pair if closed else np.vstack([points[:1], pair, points[-1:]])
    return points


def _stroke_mask(code: str, width: int, thick: float, cut: float) -> np.ndarray:
    """One sign: HEIGHT rows, about `width` columns; `thick` in pixels."""
    scale, pad = 2, int(thick) + 2
    canvas = np.zeros(((HEIGHT + 2 * pad) * scale, (width + 2 * pad) * scale), np.uint8)
    inner = np.array([width - thick, HEIGHT - thick]) / np.array([4, 8])
    for line in code.split("|"):
        closed = line.startswith("c")
        grid = np.array([[int(p[0]), int(p[1])] for p in line.lstrip("c").split()], float)
        points = _rounded(grid * inner + thick / 2 + pad, closed, cut)
        cv2.polylines(canvas, [np.round(points * scale * 16).astype(np.int32)], closed, 255,
                      max(1, round(thick * scale)), cv2.LINE_AA, 4)
    return _cropped(cv2.resize(canvas, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA))


def _cropped(mask: np.ndarray) -> np.ndarray:
    """The ink alone, HEIGHT rows."""
    ys, xs = np.where(mask > 64)
    cut = mask[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
    width = max(2, round(cut.shape[1] * HEIGHT / cut.shape[0]))
    return cv2.resize(cut, (width, HEIGHT), interpolation=cv2.INTER_AREA)


@dataclass
class Face:
    """One face: a mask for each sign, and its kind (din, us, wide, round, mono, stroke, fe, br)."""

    name: str
    kind: str
    masks: dict[str, np.ndarray]
    thick: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)

    def mask(self, sign: str, weight: int) -> np.ndarray:
        """weight -3..3: strokes thinner or thicker by that many of HEIGHT's pixels on each side."""
        if weight == 0:
            return self.masks[sign]
        key = (sign, weight)
        if key not in self.thick:
            pad = np.pad(self.masks[sign], 4)
            size = 2 * abs(weight) + 1
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
            grown = cv2.dilate(pad, kernel) if weight > 0 else cv2.erode(pad, kernel)
            self.thick[key] = _cropped(grown) if (grown > 64).any() else self.masks[sign]
        return self.thick[key]


def _font_face(path: Path, kind: str) -> Face:
    font = ImageFont.truetype(str(path), 120)
    masks = {}
    for sign in SIGNS:
        image = Image.new("L", (260, 260), 0)
        ImageDraw.Draw(image).text((60, 40), sign, font=font, fill=255)
        masks[sign] = _cropped(np.asarray(image))
    return Face(path.name, kind, masks)


#: Brazil's old dies: 0 and O are one sign, and 1 has little or nothing that tells it from I.
_BRAZIL = {"0": _STROKES["O"], "1": "20 28", "I": "20 28", "G": "42 41 30 10 01 07 18 38 47 44 34", "7": "00 40 40 18 18",
           "M": "08 00 00 26 26 40 40 48", "J": "40 47 38 18 07", "Q": "c10 30 41 47 38 18 07 01|37 48"}


def _stroke_faces() -> list[Face]:
    """Faces of our own: widths, weights and roundness of embossing dies around the world."""
    rng = np.random.default_rng(5)
    faces = []
    for i in range(16):
        width, thick = int(rng.integers(30, 46)), float(rng.uniform(7.5, 13))
        cut, kind = [(0.25, "stroke"), (0.2, "fe"), (0.12, "stroke"), (0.25, "fe")][i % 4]
        masks = {}
        for sign, code in _STROKES.items():
            if sign in _OTHER and rng.random() < (0.5 if kind == "fe" else 0.3):
                code = _OTHER[sign] if not (sign in "0YWZM" and rng.random() < 0.7) else code
            wide = round(width * (1.2 if sign in "MW" else 0.9 if sign == "0" and i % 3 else 1))
            masks[sign] = _stroke_mask(code, wide, thick, cut)
        faces.append(Face(f"strokes-{i}", kind, masks))
    for i in range(6):
        width, thick, cut, masks = int(rng.integers(36, 48)), float(rng.uniform(7, 10)), [0.25, 0.16, 0.2][i % 3], {}
        for sign, code in (_STROKES | _BRAZIL).items():
            code = "13 21 20 28" if sign == "1" and i % 2 else code
            masks[sign] = _stroke_mask(code, round(width * (1.15 if sign in "MW" else 1)), thick, cut)
        faces.append(Face(f"strokes-br-{i}", "br", masks))
    return faces


@lru_cache(maxsize=1)
def faces() -> list[Face]:
    """All faces at hand. Looks in $VEDETTE_FONTS and in Debian's folder."""
    roots = [Path(p) for p in (os.environ.get("VEDETTE_FONTS"), "/usr/share/fonts") if p and Path(p).is_dir()]
    found: dict[str, Path] = {}
    for root in roots:
        for path in sorted(root.rglob("*.[ot]tf")):
            found.setdefault(path.name, path)
    return _stroke_faces() + [_font_face(found[n], k) for n, k in FONTS.items() if n in found]


@lru_cache(maxsize=None)
def by_kind(kinds: tuple[str, ...]) -> list[Face]:
    chosen = [f for f in faces() if f.kind in kinds]
    return chosen or faces()


@lru_cache(maxsize=4000)
def small_text(text: str, height: int, which: int) -> np.ndarray:
    """A caption, `height` rows, in one of the faces or (which < 0) one of OpenCV's script faces."""
    if which < 0:
        face = [cv2.FONT_HERSHEY_SCRIPT_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SIMPLEX][which % 3]
        (w, h), base = cv2.getTextSize(text, face, 1, 2)
        canvas = np.zeros((h + base + 6, w + 6), np.uint8)
        cv2.putText(canvas, text, (3, h + 2), face, 1, 255, 2, cv2.LINE_AA)
    else:
        face = faces()[which % len(faces())]
        gap = np.zeros((HEIGHT, 8), np.uint8)
        parts = []
        for sign in text:
            mask = face.masks.get(sign.upper(), np.zeros((HEIGHT, 20), np.uint8))
            parts += [mask, gap]
        canvas = np.hstack(parts)
    width = max(1, round(canvas.shape[1] * height / canvas.shape[0]))
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
