"""Labels plates on training pictures with third-party teachers, so that their crops can train the reader.

    python -m training.reader.teach --out DIR

Only pictures of sources.TAUGHT are opened. Boxes come from the set's labels, or (easypr-cn) from the plate
detector; texts from the plate reader where it's sure, or (easypr-cn) from the set, where the reader agrees on
most signs. The teachers' answers become labels; none of their weights go anywhere.
"""

from __future__ import annotations

import argparse
import csv
from difflib import SequenceMatcher
from pathlib import Path

import cv2
import numpy as np

from training import sources
from training.teachers import PlateDetector, PlateReader, box_corners

SURE = 0.9  # product over the slots
MARGINS = ((0.03, 0.06), (0.06, 0.12))
SURE_PLATE = 0.5


class Teacher:
    """A reader, and a detector where the set has no boxes."""

    def __init__(self) -> None:
        self.reader, self.detector = PlateReader(), PlateDetector()

    def read(self, crop: np.ndarray) -> tuple[str, float]:
        return self.reader.read(crop)

    def corners(self, picture: np.ndarray) -> np.ndarray | None:
        """BGR picture -> the surest plate's 4 x 2 corners, clockwise from the upper left, or None."""
        found = self.detector.plates(picture, SURE_PLATE, most=1)
        return found[0][0] if found else None


def cut(picture: np.ndarray, quad: np.ndarray, margins: tuple[float, float]) -> np.ndarray:
    """The quad with margins as shares of its sides, straightened, about as large as it is."""
    a, b, c, d = quad
    mx, my = margins
    wide = np.array([a + (a - b) * mx + (a - d) * my, b + (b - a) * mx + (b - c) * my,
                     c + (c - d) * mx + (c - b) * my, d + (d - c) * mx + (d - a) * my], np.float32)
    width = int(np.clip(np.linalg.norm(wide[1] - wide[0]), 16, 320))
    height = int(np.clip(np.linalg.norm(wide[3] - wide[0]), 8, 160))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(wide, target), (width, height), flags=cv2.INTER_LINEAR)


def agrees(read: str, text: str) -> bool:
    return SequenceMatcher(None, read, text).ratio() >= 0.6


def label(teacher: Teacher, name: str, picture: np.ndarray, row: dict[str, str]) -> tuple[np.ndarray, str] | None:
    """A crop and its text, or None where no teacher is sure."""
    known = sources.latin(row.get("text") or "")
    quad = box_corners(row) if row.get("x") else teacher.corners(picture)
    if quad is None or np.linalg.norm(quad[1] - quad[0]) < 34:
        return None
    reads = [teacher.read(cut(picture, quad, m)) for m in MARGINS]
    crop = cut(picture, quad, MARGINS[1])
    if known:
        return (crop, known) if any(agrees(text, known) for text, _ in reads) else None
    (first, sure), (second, also) = reads
    if first == second and max(sure, also) >= SURE and min(sure, also) > 0.6 and len(first) >= 4:
        return crop, first
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    teacher, rows = Teacher(), []
    for name in sources.TAUGHT:
        seen, before = 0, len(rows)
        for row in sources.labels(name):
            if row.get("label", "plate") != "plate":
                continue
            picture = cv2.imread(str(sources.folder(name) / row["file"]))
            if picture is None:
                raise OSError(f"{sources.folder(name) / row['file']} is no picture; fetch the set again")
            seen += 1
            found = label(teacher, name, picture, row)
            if found:
                file = f"{name}-{len(rows):04d}.png"
                cv2.imwrite(str(arguments.out / file), found[0])
                rows.append({"file": file, "text": found[1], "set": name})
        print(f"{name}: {len(rows) - before} of {seen} plates labelled", flush=True)
    with (arguments.out / "labels.tsv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["file", "text", "set"], delimiter="\t")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
