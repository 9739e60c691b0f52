"""Contact sheets of rendered plates.

    python -m training.plates.preview OUT.png [--kind flat|photo|crop] [--region de] [--seed 1]
"""

from __future__ import annotations

import argparse
import random

import cv2
import numpy as np

from training.plates import camera, draw


def sheet(images: list[np.ndarray], columns: int = 9, width: int = 176, height: int = 72) -> np.ndarray:
    """RGB pictures of any size side by side, each fitted into a cell."""
    cells = []
    for image in images:
        scale = min(width / image.shape[1], height / image.shape[0])
        small = cv2.resize(image, (max(1, int(image.shape[1] * scale)), max(1, int(image.shape[0] * scale))), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
        cell = np.full((height, width, 3), 40, np.uint8)
        cell[:small.shape[0], :small.shape[1]] = small
        cells.append(cell)
    while len(cells) % columns:
        cells.append(np.full((height, width, 3), 40, np.uint8))
    return np.vstack([np.hstack(cells[i:i + columns]) for i in range(0, len(cells), columns)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--kind", choices=["flat", "photo", "crop"], default="photo")
    parser.add_argument("--region")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=108)
    arguments = parser.parse_args()
    rng, images = random.Random(arguments.seed), []
    for _ in range(arguments.count):
        plate = draw.plate(rng, arguments.region)
        if arguments.kind == "flat":
            images.append(plate.image)
            continue
        photo = camera.photograph(plate, rng)
        image, centres = camera.crop(photo, rng)
        if arguments.kind == "crop":
            for x, y in centres:
                cv2.circle(image, (round(x * camera.CROP_WIDTH), round(y * camera.CROP_HEIGHT)), 1, (255, 0, 0), -1)
            images.append(image)
        else:
            images.append(photo.image)
    cv2.imwrite(arguments.out, cv2.cvtColor(sheet(images), cv2.COLOR_RGB2BGR))
    print(f"{arguments.count} plates in {arguments.out}")


if __name__ == "__main__":
    main()
