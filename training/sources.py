"""Every file that training may read, and nothing else.

The pictures lie outside of the repository, in the folder $VEDETTE_SHARED (default: ../shared beside
the repository). What is not listed in TRAIN is never opened by training or by the choice of a
checkpoint; tests/test_sources.py holds TRAIN against the sets that are for evaluation only.
"""

from __future__ import annotations

import csv
import os
import zlib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
GRAMMARS = REPOSITORY / "src" / "vision" / "plate" / "grammars"

#: Folders under data/ that are marked *train* in its README.
TRAIN = {
    "ar-crops": "alpr/ar-crops",
    "cn-crops": "alpr/lprnet-cn-crops",
    "romania": "alpr/romania-boxes/train",
    "oi-plates": "train/oi-plates",
    "oi-plates-416": "train/oi-plates-416",
    "oi-vehicles": "train/oi-vehicles",
    "openimages-vehicles": "train/openimages-vehicles",
    "easypr-cn": "train/easypr-cn",
    "oi-persons": "train/oi-persons",
    "openimages-personcar": "train/openimages-personcar",
    "carla": "train/carla",
    "plates-small-mixed": "train/plates-small-mixed",
    "intel-sample-videos": "train/intel-sample-videos",
    "ozlu-clips": "train/ozlu-clips",
    "opendatacam": "train/opendatacam",
    "pklot": "train/pklot",
    "udacity-lanelines": "train/udacity-lanelines",
}

#: Sets whose pictures lend backgrounds to rendered plates.
BACKGROUNDS = ("oi-vehicles", "openimages-vehicles")

#: Cropped plates with text; a part of the plates is held out for choosing checkpoints.
LABELLED_CROPS = ("ar-crops", "cn-crops")

#: Whole pictures whose plates are cropped and labelled by teachers (reader/teach.py).
TAUGHT = ("oi-plates", "oi-plates-416", "romania", "easypr-cn")

#: Whole pictures in which the object detector sees vehicles and people (objects/teach.py).
OBJECTS = ("oi-persons", "oi-vehicles", "oi-plates", "oi-plates-416", "openimages-vehicles", "openimages-personcar", "carla", "romania",
           "easypr-cn", "plates-small-mixed", "intel-sample-videos", "ozlu-clips", "opendatacam", "pklot", "udacity-lanelines")

#: Of those, the sets whose pictures have nothing to do with one another: a part of them is held out.
SEPARATE = ("oi-persons", "oi-vehicles", "oi-plates", "oi-plates-416", "openimages-vehicles", "openimages-personcar")

#: Folders that training never reads.
EVALUATION = (
    "alpr/openalpr-eu", "alpr/openalpr-us", "alpr/openalpr-br", "alpr/openalpr-us-crops",
    "alpr/thai-boxes", "alpr/india-boxes", "alpr/indonesia-boxes", "faces", "tracking", "video",
)


def shared() -> Path:
    """The folder with data/ and models/."""
    return Path(os.environ.get("VEDETTE_SHARED") or REPOSITORY.parent / "shared")


def folder(name: str) -> Path:
    """The folder of one set of TRAIN."""
    if name not in TRAIN:
        raise KeyError(f"{name} is no training set; add it to training/sources.py if its licence allows")
    return shared() / "data" / TRAIN[name]


def labels(name: str) -> list[dict[str, str]]:
    """The rows of a training set's labels.tsv."""
    path = folder(name) / "labels.tsv"
    if not path.is_file():
        raise FileNotFoundError(f"no labels at {path}: set VEDETTE_SHARED to the folder that has data/")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def has_labels(name: str) -> bool:
    return (folder(name) / "labels.tsv").is_file()


def pictures(name: str) -> list[Path]:
    """The pictures of a training set."""
    return sorted(p for p in folder(name).iterdir() if p.suffix in (".jpg", ".jpeg", ".png"))


def picture_held_out(name: str, file: str) -> bool:
    """Whether a picture is kept for judging detectors of objects. By its id: several sets have the same pictures of Open Images."""
    return name in SEPARATE and held_out(file[:16])


def held_out(text: str) -> bool:
    """Whether the plate with this text is kept out of training. By text: no plate is on both sides."""
    return zlib.crc32(text.encode()) % 5 == 0


def latin(text: str) -> str:
    """What the reader is to answer: letters and digits, without a province sign, marks removed."""
    plain = text.upper().translate(str.maketrans("ÄÖÜÅØÆČĆŽŠĐ", "AOUAOACCZSD"))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def training_files() -> list[Path]:
    """All picture and label files that training may open."""
    return sorted(p for name in TRAIN for p in folder(name).glob("*") if p.is_file())


def background_files() -> list[Path]:
    return sorted(p for name in BACKGROUNDS for p in folder(name).glob("*.jpg"))
