"""The held-out pictures as labelled folders for `vedette eval objects`.

    python -m training.objects.held_out OUT_DIR --taught DIR

OUT_DIR/agreed: what teach.py was sure of is a label, what it was not is to be ignored; the teachers' own AP on it flatters them, as they
made most of the labels. OUT_DIR/labelled: people and vehicles as the sets label them, which is not all of them (`--partial`).
The pictures are third parties': never commit them.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from pathlib import Path

from training import sources
from training.objects.teach import MEANT

LABELLED = ("oi-persons", "openimages-vehicles")  # with the kind of each thing
HEADER = "file\tx\ty\tw\th\tlabel\trole"


class Folder:
    """Pictures and their labels. Of sets that share a picture the first counts."""

    def __init__(self, path: Path):
        self.path, self.lines, self.of_set = path, [HEADER], {}
        path.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, file: str, fields: tuple) -> None:
        flat = file.replace("/", "-")
        if not sources.picture_held_out(name, file) or self.of_set.setdefault(flat, name) != name:
            return
        if not (self.path / flat).exists():
            shutil.copyfile(sources.folder(name) / file, self.path / flat)
        self.lines.append("\t".join((flat, *map(str, fields))))

    def close(self) -> None:
        (self.path / "labels.tsv").write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        print(f"{self.path}: {len(self.of_set)} pictures")


def agreed(row: dict[str, str]) -> tuple:
    if not row["box"]:
        return ("",) * 6
    left, top, right, bottom = (float(v) for v in row["box"].split(","))
    sure = row["sure"] == "1"
    return round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1), row["label"] if sure else "", "" if sure else "ignore"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--taught", type=Path, required=True)
    arguments = parser.parse_args()
    folder = Folder(arguments.out / "agreed")
    with (arguments.taught / "objects.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            folder.add(row["set"], row["file"], agreed(row))
    folder.close()
    folder = Folder(arguments.out / "labelled")
    for name in LABELLED:
        for row in sources.labels(name):
            if row["x"] and row["label"] in MEANT:
                folder.add(name, row["file"], (row["x"], row["y"], row["w"], row["h"], MEANT[row["label"]], ""))
    folder.close()


if __name__ == "__main__":
    main()
