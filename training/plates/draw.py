"""Draws one plate, flat and clean: pixels, text, centres of the signs."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np

from training.plates import glyphs, styles, texts

MOST_SIGNS = 10


@dataclass
class Plate:
    """image: HxWx3 uint8 RGB. centres: n x 2 pixels, one for each sign of text. region: grammar id."""

    image: np.ndarray
    text: str
    centres: np.ndarray
    region: str
    lines: int


def choose_region(rng: random.Random) -> str:
    """Regions by how often the program meets them: half Europe and the US, the rest of the world."""
    ids = texts.grammars()
    roll = rng.random()
    if roll < 0.30:
        return rng.choice([r for r in ids if r in styles.EU])
    if roll < 0.62:
        return rng.choice([r for r in ids if r.startswith("us-")])
    if roll < 0.70:
        return "gb"
    if roll < 0.81:
        return rng.choice(["br-old", "br-old", "br-mercosur"])
    if roll < 0.88:
        return rng.choice(["ar-old", "ar-mercosur"])
    if roll < 0.92:
        return "cn"
    return rng.choice(["in", "generic", "generic", "generic", *styles.NEAR_EU])


def choose_text(region: str, rng: random.Random) -> list[str]:
    """Groups of plain signs, at most MOST_SIGNS in all."""
    from training.sources import latin
    roll = rng.random()
    for _ in range(20):
        if region.startswith("us-") and roll < 0.3:
            groups = texts.personal(rng) if roll < 0.14 else texts.anything(rng)
        elif roll < 0.07 or region == "generic":
            groups = texts.anything(rng)
        else:
            groups = texts.draw(region, rng)
        if region == "br-old" and roll > 0.7:  # what was given out last, and is seen most
            groups[0] = rng.choice("JMNOPQOO") + groups[0][1:]
        groups = _joined([g for g in (latin(g) for g in groups) if g], region, rng)
        if 1 <= sum(map(len, groups)) <= MOST_SIGNS:
            return groups
    return ["AB", "123"]


def _joined(groups: list[str], region: str, rng: random.Random) -> list[str]:
    """Groups as they stand on the metal: the grammar parts what has a meaning, not what has a gap."""
    if region == "gb" and len(groups) > 2:
        return ["".join(groups[:-1]), groups[-1]]
    if region == "br-mercosur":
        text = "".join(groups)
        return [text] if rng.random() < 0.6 else [text[:3], text[3:]]
    out = groups[:1]
    for group in groups[1:]:
        lone = min(len(group), len(out[-1])) == 1
        if rng.random() < (0.6 if lone and region.startswith("us-") else 0.3 if lone else 0.08):
            out[-1] += group
        else:
            out.append(group)
    return out


class _Canvas:
    """Pixels of one plate while it's drawn. `scale`: pixels per millimetre."""

    def __init__(self, style: styles.Style, scale: float, rng: random.Random):
        self.style, self.scale, self.rng = style, scale, rng
        self.width, self.height = (max(8, round(v * scale)) for v in style.size)
        self.image = np.empty((self.height, self.width, 3), np.float32)
        self.image[:] = style.ground
        self.relief = np.zeros((self.height, self.width), np.float32)

    def blend(self, mask: np.ndarray, x: float, y: float, ink: styles.Colour, relief: float = 0.0) -> None:
        """Puts ink where mask (uint8) is, its upper left corner at x, y; what lies outside is cut off."""
        x, y = int(round(x)), int(round(y))
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + mask.shape[1], self.width), min(y + mask.shape[0], self.height)
        if x1 <= x0 or y1 <= y0:
            return
        part = mask[y0 - y:y1 - y, x0 - x:x1 - x].astype(np.float32) * (1 / 255)
        target = self.image[y0:y1, x0:x1]
        target += (np.array(ink, np.float32) - target) * part[..., None]
        if relief:
            np.maximum(self.relief[y0:y1, x0:x1], part * relief, out=self.relief[y0:y1, x0:x1])

    def fill(self, x0: float, y0: float, x1: float, y1: float, ink: styles.Colour) -> None:
        s = self.scale
        self.image[max(0, round(y0 * s)):max(0, round(y1 * s)), max(0, round(x0 * s)):max(0, round(x1 * s))] = ink

    def ground(self) -> None:
        """Gradient, printed picture, bands, border."""
        style, rng = self.style, self.rng
        width, height = style.size
        if style.gradient:
            ramp = np.linspace(0, 1, self.height, dtype=np.float32)[:, None, None] ** rng.choice([1, 2, 0.5])
            ramp = ramp if rng.random() < 0.7 else np.abs(2 * ramp - 1)
            self.image += (np.array(style.gradient, np.float32) - self.image) * ramp
        if style.graphics:
            self._picture(style.graphics)
        if style.top_band:
            self.fill(0, 0, width, *style.top_band)
        if style.bottom_band:
            self.fill(0, height - style.bottom_band[0], width, height, style.bottom_band[1])
        if style.left_band:
            self._band(0, *style.left_band)
        if style.right_band:
            self._band(width - style.right_band[0], *style.right_band)
        if style.border:
            margin, thick = round(2 * self.scale), max(1, round(style.border * self.scale))
            cv2.rectangle(self.image, (margin, margin), (self.width - 1 - margin, self.height - 1 - margin),
                          style.border_ink or style.ink, thick)

    def _picture(self, strength: float) -> None:
        """Shapes behind the signs: hills, suns, trees, people's ideas of a state."""
        rng, layer = self.rng, self.image.copy()
        for _ in range(rng.randint(1, 5)):
            ink = tuple(rng.randint(30, 240) for _ in range(3))
            x, y = rng.randrange(self.width), rng.randrange(self.height)
            kind = rng.random()
            if kind < 0.4:
                cv2.ellipse(layer, (x, y), (rng.randint(4, self.width // 3), rng.randint(4, self.height // 2)), rng.randint(0, 180),
                            0, 360, ink, -1 if rng.random() < 0.7 else 2, cv2.LINE_AA)
            elif kind < 0.8:
                xs = np.linspace(0, self.width, rng.randint(4, 9))
                ys = [rng.uniform(0.3, 1) * self.height for _ in xs]
                points = np.array([*zip(xs, ys), (self.width, self.height), (0, self.height)], np.int32)
                cv2.fillPoly(layer, [points], ink, cv2.LINE_AA)
            else:
                cv2.line(layer, (x, 0), (rng.randrange(self.width), self.height), ink, rng.randint(1, 6), cv2.LINE_AA)
        self.image += (layer - self.image) * (strength * rng.uniform(0.2, 0.8))

    def _band(self, x: float, width: float, ink: styles.Colour) -> None:
        rng, height = self.rng, self.style.size[1]
        self.fill(x, 0, x + width, height, ink)
        if rng.random() < 0.85:
            radius = width * 0.3 * self.scale
            for i in range(12):
                angle = i * np.pi / 6
                self.blend(np.full((2, 2), 255, np.uint8), (x + width / 2) * self.scale + radius * np.cos(angle),
                           height * 0.3 * self.scale + radius * np.sin(angle), (230, 200, 40))
        code = "".join(rng.choice("ABDEFHILNPRSTUVZ") for _ in range(rng.choice([1, 1, 2])))
        mask = glyphs.small_text(code, max(3, round(width * 0.42 * self.scale)), rng.randrange(40))
        self.blend(mask, (x + width / 2) * self.scale - mask.shape[1] / 2, height * 0.62 * self.scale, (225, 228, 235))

    def captions(self) -> None:
        for text, y, tall, ink, which in self.style.captions:
            mask = glyphs.small_text(text, max(3, round(tall * self.scale)), which)
            most = self.width * 0.8
            if mask.shape[1] > most:
                mask = cv2.resize(mask, (round(most), mask.shape[0]), interpolation=cv2.INTER_AREA)
            self.blend(mask, (self.width - mask.shape[1]) / 2, y * self.height - mask.shape[0] / 2, ink)

    def fittings(self) -> None:
        """Bolts, stickers, frame of a dealer."""
        style, rng, s = self.style, self.rng, self.scale
        for i in range(style.stickers):
            wide, tall = rng.uniform(20, 34), rng.uniform(14, 26)
            x = rng.choice([6, style.size[0] - wide - 6]) + rng.uniform(-3, 3)
            y = rng.choice([4, style.size[1] - tall - 4, 4]) + rng.uniform(-2, 2)
            self.fill(x, y, x + wide, y + tall, tuple(rng.choice([30, 90, 200, 240]) for _ in range(3)))
            mask = glyphs.small_text(f"{rng.randint(1, 99):02d}", max(3, round(tall * 0.6 * s)), rng.randrange(40))
            self.blend(mask, (x + 4) * s, (y + tall * 0.2) * s, rng.choice([(240, 240, 240), (20, 20, 20)]))
        for i in range(style.bolts):
            x = style.size[0] * (0.22 if i % 2 == 0 else 0.78) + rng.uniform(-3, 3)
            y = style.size[1] * (0.1 if i < 2 else 0.9)
            tone = rng.choice([30, 90, 200])
            cv2.circle(self.image, (round(x * s), round(y * s)), max(1, round(rng.uniform(3.5, 7) * s)), (tone, tone, tone + 5), -1, cv2.LINE_AA)

    def shade(self) -> None:
        """Light from above on what is embossed."""
        strength = self.style.emboss * self.rng.uniform(10, 45)
        if strength < 3:
            return
        soft = cv2.blur(self.relief, (3, 3))
        slope = np.roll(soft, -1, 0) - np.roll(soft, 1, 0) + 0.5 * (np.roll(soft, -1, 1) - np.roll(soft, 1, 1))
        self.image += (slope * strength * self.rng.choice([1, 1, -1]))[..., None]


def _separator(canvas: _Canvas, kind: str, x: float, y: float, cap: float) -> None:
    """Marks between groups, around x, y (pixels); `cap` is the signs' height there."""
    rng, ink = canvas.rng, canvas.style.ink
    if kind == "-":
        mask = np.full((max(1, round(cap * 0.12)), max(2, round(cap * 0.26))), 255, np.uint8)
        canvas.blend(mask, x - mask.shape[1] / 2, y - mask.shape[0] / 2, ink)
    elif kind == ".":
        size = max(2, round(cap * 0.13))
        canvas.blend(np.full((size, size), 255, np.uint8), x - size / 2, y - size / 2, ink)
    elif kind == "picture":
        _emblem(canvas, x, y, cap * rng.uniform(0.3, 0.5))
    elif kind in ("seal", "shape"):
        for i in range(2 if kind == "seal" and rng.random() < 0.7 else 1):
            radius = max(1, round(cap * rng.uniform(0.14, 0.24)))
            tone = tuple(rng.randint(60, 230) for _ in range(3))
            cy = y + (i - 0.5) * cap * 0.5 if kind == "seal" else y
            if rng.random() < 0.6:
                cv2.circle(canvas.image, (round(x), round(cy)), radius, tone, -1, cv2.LINE_AA)
                cv2.circle(canvas.image, (round(x), round(cy)), max(1, radius // 2), tuple(rng.randint(60, 230) for _ in range(3)), -1, cv2.LINE_AA)
            else:
                points = np.array([(x + rng.uniform(-1, 1) * radius, cy + rng.uniform(-1, 1) * radius) for _ in range(6)], np.int32)
                cv2.fillPoly(canvas.image, [points], tone, cv2.LINE_AA)


def _emblem(canvas: _Canvas, x: float, y: float, radius: float) -> None:
    """A picture beside or between the signs, around x, y (pixels): seals, animals, trees, logos, in one ink or several."""
    rng = canvas.rng
    inks = [canvas.style.ink if rng.random() < 0.3 else tuple(rng.randint(20, 235) for _ in range(3)) for _ in range(rng.choice([1, 2, 3]))]
    if rng.random() < 0.4:
        cv2.circle(canvas.image, (round(x), round(y)), max(2, round(radius)), rng.choice(inks), rng.choice([-1, -1, 2]), cv2.LINE_AA)
    for _ in range(rng.randint(1, 7)):
        ink, kind = rng.choice(inks), rng.random()
        cx, cy = x + rng.uniform(-0.5, 0.5) * radius, y + rng.uniform(-0.6, 0.6) * radius
        if kind < 0.45:  # an outline as of an animal or a tree
            corners = rng.randint(5, 14)
            far = [radius * rng.uniform(0.2, 0.8) for _ in range(corners)]
            points = [(cx + f * np.cos(2 * np.pi * i / corners), cy + f * np.sin(2 * np.pi * i / corners)) for i, f in enumerate(far)]
            cv2.fillPoly(canvas.image, [np.array(points, np.int32)], ink, cv2.LINE_AA)
        elif kind < 0.65:
            axes = (max(1, round(radius * rng.uniform(0.1, 0.7))), max(1, round(radius * rng.uniform(0.1, 0.7))))
            cv2.ellipse(canvas.image, (round(cx), round(cy)), axes, rng.randint(0, 180), 0, 360, ink, rng.choice([-1, 1, 2]), cv2.LINE_AA)
        elif kind < 0.85:
            end = (round(cx + rng.uniform(-1, 1) * radius), round(cy + rng.uniform(-1, 1) * radius))
            cv2.line(canvas.image, (round(cx), round(cy)), end, ink, max(1, round(radius * rng.uniform(0.05, 0.3))), cv2.LINE_AA)
        else:
            mask = glyphs.small_text(rng.choice(["POLICE", "ND", "50", "UNIV", "W", "1776", "FD", "NC"]), max(3, round(radius * rng.uniform(0.2, 0.7))), rng.randrange(40))
            canvas.blend(mask, cx - mask.shape[1] / 2, cy - mask.shape[0] / 2, ink)


def _beside(canvas: _Canvas, face: glyphs.Face, x0: float, x1: float) -> tuple[float, float]:
    """Draws what stands left and right of the text and is no part of it. Gives the room that is left for the text."""
    style, s, rng = canvas.style, canvas.scale, canvas.rng
    middle, cap = style.baseline * canvas.height, style.cap * s
    for side, (stack, wide) in enumerate(zip(style.side_letters, style.emblems)):
        if wide:
            _emblem(canvas, x0 + wide * s / 2 if side == 0 else x1 - wide * s / 2, middle, wide * s / 2)
            x0, x1 = (x0 + wide * s, x1) if side == 0 else (x0, x1 - wide * s)
        if stack:
            tall = min(0.42, 0.95 / len(stack)) * cap
            wide = 0
            for i, sign in enumerate(stack):
                mask = cv2.resize(face.mask(sign, 0), None, fx=tall / glyphs.HEIGHT, fy=tall / glyphs.HEIGHT, interpolation=cv2.INTER_AREA)
                wide = max(wide, mask.shape[1])
                canvas.blend(mask, x0 if side == 0 else x1 - mask.shape[1], middle + (i - len(stack) / 2) * tall * 1.15, style.ink, 1)
            room = wide + cap * rng.uniform(0.05, 0.25)
            x0, x1 = (x0 + room, x1) if side == 0 else (x0, x1 - room)
    return x0, x1


def _lead_sign(canvas: _Canvas, x: float, y: float, width: int, cap: int) -> None:
    """Something like a Chinese province sign: crossing strokes. It isn't part of the text."""
    rng, mask = canvas.rng, np.zeros((cap, width), np.uint8)
    thick = max(1, cap // 14)
    for _ in range(rng.randint(3, 5)):
        row = rng.randrange(cap)
        cv2.line(mask, (rng.randrange(width // 3), row), (width - 1 - rng.randrange(width // 3), row), 255, thick)
    for _ in range(rng.randint(2, 4)):
        column = rng.randrange(width)
        cv2.line(mask, (column, rng.randrange(cap // 2)), (max(0, min(width - 1, column + rng.randint(-8, 8))), cap - 1 - rng.randrange(cap // 3)), 255, thick)
    canvas.blend(mask, x, y, canvas.style.ink, 1)


def _line(canvas: _Canvas, groups: list[str], face: glyphs.Face, weight: int, place: tuple[float, float, float, float]) -> list:
    """Writes one line into place (x0, x1, y middle, cap; pixels). Gives the signs' centres."""
    style, rng, s = canvas.style, canvas.rng, canvas.scale
    x0, x1, y, cap = place
    tall = max(5, round(cap))
    per_face = style.sign_width * s * cap / (style.cap * s) / (face.mask("H", weight).shape[1] or 1) if style.sign_width else tall / glyphs.HEIGHT
    fixed, most = rng.random() < 0.5, rng.uniform(0.95, 1.3) * face.mask("H", weight).shape[1] * per_face
    lead = style.lead_sign and y < canvas.height * 0.62
    inks = [[min(max(2.0, face.mask(c, weight).shape[1] * per_face), most) for c in g] for g in groups]
    widths = [[max(w, most / 1.12) for w in g] for g in inks] if fixed else inks  # dies of one pitch, or not
    gap, group_gap = style.gap * s * cap / (style.cap * s), style.group_gap * s * cap / (style.cap * s)
    if style.separator and len(groups) > 1:
        least = {"seal": 0.55, "shape": 0.55, "picture": rng.uniform(0.7, 1.2)}
        group_gap = max(group_gap, cap * least.get(style.separator, 0.4))
    total = sum(map(sum, widths)) + gap * sum(len(g) - 1 for g in groups) + group_gap * (len(groups) - 1)
    total += (cap * 0.6 + gap) if lead else 0
    squeeze = min(1.0, (x1 - x0) / total)
    shift = rng.choice([0, 0, rng.uniform(-0.5, 0.5)])
    x = x0 + (x1 - x0 - total * squeeze) * (0.5 + shift)
    centres, top = [], y - tall / 2
    if lead:
        _lead_sign(canvas, x, top, max(4, round(cap * 0.5 * squeeze)), tall)
        x += (cap * 0.6 + gap) * squeeze
    for i, group in enumerate(groups):
        if i:
            _separator(canvas, style.separator, x + (group_gap / 2 - gap / 2) * squeeze, y, cap)
            x += (group_gap - gap) * squeeze
        for sign, wide, ink in zip(group, widths[i], inks[i]):
            mask = cv2.resize(face.mask(sign, weight), (max(2, round(ink * squeeze)), tall), interpolation=cv2.INTER_AREA)
            canvas.blend(mask, x + (wide - ink) * squeeze / 2, top, style.ink, 1)
            centres.append((x + wide * squeeze / 2, y))
            x += (wide + gap) * squeeze
    return centres


def _two_lines(groups: list[str], rng: random.Random) -> tuple[list[str], list[str]]:
    if len(groups) == 1:
        cut = max(1, len(groups[0]) // 2)
        return [groups[0][:cut]], [groups[0][cut:]]
    cut = rng.randint(1, len(groups) - 1) if len(groups) > 2 else 1
    return groups[:cut], groups[cut:]


def plate(rng: random.Random, region: str | None = None, scale: float | None = None) -> Plate:
    """A plate of the region, or of any. scale: pixels per millimetre."""
    region = region or choose_region(rng)
    style, groups = styles.of_region(region, rng), choose_text(region, rng)
    if style.lines == 2 and sum(map(len, groups)) < 2:
        style.lines = 1
    scale = scale or rng.uniform(48, 60) / style.cap * (0.85 if style.lines == 2 else 1)
    canvas = _Canvas(style, scale, rng)
    canvas.ground()
    canvas.captions()
    if rng.random() < 0.5:
        canvas.fittings()
        style.stickers = style.bolts = 0
    face, weight = rng.choice(glyphs.by_kind(style.kinds)), rng.choice([-1, 0, 0, 1, 2, 3])
    x0 = (style.margin + (style.left_band[0] if style.left_band else 0)) * scale
    x1 = canvas.width - (style.margin + (style.right_band[0] if style.right_band else 0)) * scale
    x0, x1 = _beside(canvas, face, x0, x1)
    cap, middle = style.cap * scale, style.baseline * canvas.height
    if style.lines == 1:
        centres = _line(canvas, groups, face, weight, (x0, x1, middle, min(cap, canvas.height * 0.85)))
    else:
        upper, lower = _two_lines(groups, rng)
        top = (style.line_cap or style.cap) * scale
        space = max(canvas.height * 0.03, (canvas.height * 0.92 - cap - top) / 3)
        y = canvas.height * 0.04 + space + top / 2 if style.baseline == 0.5 else middle - (cap + space) / 2
        centres = _line(canvas, upper, face, weight, (x0, x1, y, top))
        centres += _line(canvas, lower, face, weight, (x0, x1, y + top / 2 + space + cap / 2, cap))
    canvas.fittings()
    canvas.shade()
    text = "".join(groups)
    return Plate(np.clip(canvas.image, 0, 255).astype(np.uint8), text, np.array(centres, np.float32), region, style.lines)
