"""The sets that nothing is trained or chosen on. Only evaluate.py imports this."""

from __future__ import annotations

import csv
from pathlib import Path

from training import sources

#: name -> folder under data/; whole pictures with boxes, or crops without.
SETS = {"openalpr-eu": "alpr/openalpr-eu", "openalpr-us": "alpr/openalpr-us", "openalpr-br": "alpr/openalpr-br",
        "us-crops": "alpr/openalpr-us-crops"}


def rows(name: str) -> list[dict[str, str]]:
    """The labels of a set, the file as a whole path."""
    folder: Path = sources.shared() / "data" / SETS[name]
    path = folder / "labels.tsv"
    if not path.is_file():
        raise FileNotFoundError(f"no labels at {path}: set VEDETTE_SHARED to the folder that has data/")
    with path.open(encoding="utf-8", newline="") as file:
        return [row | {"file": str(folder / row["file"])} for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
