"""The held-out pictures as a labelled folder for `vedette eval objects`.

    python -m training.objects.held_out OUT_DIR --taught DIR

Writes the pictures and labels.tsv: what teach.py was sure of is a label, what it was not is to be ignored. What is in no row nobody
saw. They are third parties' pictures: never commit them. The teachers' own AP on it flatters them, as they made the labels.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from pathlib import Path

from training import sources


def line(file: str, row: dict[str, str]) -> str:
    if not row["box"]:
        return f"{file}\t\t\t\t\t\t"
    left, top, right, bottom = (float(v) for v in row["box"].split(","))
    sure = row["sure"] == "1"
    return f"{file}\t{left:.1f}\t{top:.1f}\t{right - left:.1f}\t{bottom - top:.1f}\t{row['label'] if sure else ''}\t{'' if sure else 'ignore'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--taught", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    lines, of_set = ["file\tx\ty\tw\th\tlabel\trole"], {}
    with (arguments.taught / "objects.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            name = row["file"].replace("/", "-")
            if not sources.picture_held_out(row["set"], row["file"]) or of_set.setdefault(name, row["set"]) != row["set"]:
                continue  # several sets have the same pictures of Open Images
            if not (arguments.out / name).exists():
                shutil.copyfile(sources.folder(row["set"]) / row["file"], arguments.out / name)
            lines.append(line(name, row))
    (arguments.out / "labels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {len(of_set)} pictures")


if __name__ == "__main__":
    main()
