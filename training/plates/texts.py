"""Texts of plates, drawn from the same grammars the program resolves reads with."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

from training import sources

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
_PART = re.compile(r"(\[[^\]]+\]|<[^>]+>|[LDX]|.)(?:\{(\d+)(?:,(\d+))?\})?")


@dataclass(frozen=True)
class Grammar:
    """One region: its forms as (weight, pattern), and what L, D and <list> stand for."""

    region: str
    weight: float
    letters: str
    digits: str
    lists: dict
    forms: tuple


def _expand(body: str) -> str:
    """[A-HJ0-9] -> every character it stands for."""
    out, i = "", 0
    while i < len(body):
        if i + 2 < len(body) and body[i + 1] == "-":
            out += "".join(chr(c) for c in range(ord(body[i]), ord(body[i + 2]) + 1))
            i += 3
        else:
            out += body[i]
            i += 1
    return out


@lru_cache(maxsize=1)
def grammars() -> dict[str, Grammar]:
    """All regions by id. Reads src/vision/plate/grammars."""
    out = {}
    for path in sorted(sources.GRAMMARS.glob("*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # "no" is Norway
        forms = []
        for form in data["forms"]:
            patterns = form.get("patterns") or [form["pattern"]]
            forms += [(float(form.get("weight", 1)) / len(patterns), p) for p in patterns]
        out[data["region"]] = Grammar(data["region"], float(data.get("weight", 1)), data.get("letters", LETTERS),
                                      data.get("digits", DIGITS), data.get("lists", {}), tuple(forms))
    if not out:
        raise FileNotFoundError(f"no grammars at {sources.GRAMMARS}: run from a whole checkout")
    return out


def _part(what: str, grammar: Grammar, rng: random.Random) -> str:
    if what == "L":
        return rng.choice(grammar.letters)
    if what == "D":
        return rng.choice(grammar.digits)
    if what == "X":
        return rng.choice(grammar.letters + grammar.digits)
    if what.startswith("["):
        return rng.choice(_expand(what[1:-1]))
    if what.startswith("<"):
        return str(rng.choice(grammar.lists[what[1:-1]]))
    return what


def draw(region: str, rng: random.Random) -> list[str]:
    """A text of the region, in its groups: ["AB", "123", "CD"]."""
    grammar = grammars()[region]
    pattern = rng.choices([p for _, p in grammar.forms], [w for w, _ in grammar.forms])[0]
    text = ""
    for what, least, most in _PART.findall(pattern):
        count = rng.randint(int(least), int(most or least)) if least else 1
        text += "".join(_part(what, grammar, rng) for _ in range(count))
    groups = text.split()
    if len(groups) == 1:
        groups = _split(groups[0], rng)
    return groups


def _split(text: str, rng: random.Random) -> list[str]:
    """A text without separators parted where letters meet digits, or in the middle, or not at all."""
    if rng.random() < 0.3 or len(text) < 5:
        return [text]
    runs = re.findall(r"\d+|\D+", text)
    if len(runs) == 2:
        return runs
    cut = len(text) // 2
    return [text[:cut], text[cut:]]


_VOWELS, _CONSONANTS = "AEIOUY", "BCDFGHJKLMNPRSTVWZ"


def personal(rng: random.Random) -> list[str]:
    """A personal plate: something that can be spoken, sometimes with digits for letters."""
    length, text = rng.choice([4, 5, 5, 6, 6, 6, 7, 7, 7]), ""
    while len(text) < length:
        text += rng.choice(_VOWELS if (text and text[-1] in _CONSONANTS and rng.random() < 0.6) else _CONSONANTS)
        if rng.random() < 0.15:
            text += rng.choice(["S", "4", "2", "R", "8", "X", "1", "U", "N", text[-1]])
    text = text[:length]
    if rng.random() < 0.15 and length > 4:
        return [text[:2], text[2:]]
    return [text]


def anything(rng: random.Random) -> list[str]:
    """Letters and digits without any syntax: keeps the reader from guessing by syntax alone."""
    pools = (LETTERS + DIGITS, DIGITS, LETTERS)
    sizes = rng.choice([(3, 3), (3, 4), (2, 4), (6,), (7,), (5,), (2, 3, 2), (1, 3, 3), (4, 4), (4,), (3, 2, 4)])
    return ["".join(rng.choice(rng.choice(pools[:2]) if rng.random() < 0.2 else p) for _ in range(n))
            for n, p in ((n, rng.choice(pools)) for n in sizes)]
