"""How plates of regions look: sizes in millimetres, colours (RGB), faces, bands, captions."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

Colour = tuple[int, int, int]
WHITE, BLACK, YELLOW, ORANGE = (238, 240, 240), (22, 22, 24), (245, 200, 30), (235, 150, 20)
EU_BLUE, CN_BLUE, RED, GREEN = (20, 60, 160), (20, 60, 190), (170, 25, 35), (20, 110, 60)

EU = ("at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk".split())
NEAR_EU = "ch no tr ua".split()
US_NAMES = dict(
    al="ALABAMA", ak="ALASKA", az="ARIZONA", ar="ARKANSAS", ca="CALIFORNIA", co="COLORADO", ct="CONNECTICUT",
    de="DELAWARE", dc="WASHINGTON DC", fl="FLORIDA", ga="GEORGIA", hi="HAWAII", id="IDAHO", il="ILLINOIS",
    ia="IOWA", ks="KANSAS", ky="KENTUCKY", la="LOUISIANA", me="MAINE", md="MARYLAND", ma="MASSACHUSETTS",
    mi="MICHIGAN", mn="MINNESOTA", ms="MISSISSIPPI", mo="MISSOURI", mt="MONTANA", ne="NEBRASKA", nv="NEVADA",
    nh="NEW HAMPSHIRE", nj="NEW JERSEY", nm="NEW MEXICO", ny="NEW YORK", nc="NORTH CAROLINA", nd="NORTH DAKOTA",
    oh="OHIO", ok="OKLAHOMA", pa="PENNSYLVANIA", ri="RHODE ISLAND", sc="SOUTH CAROLINA", sd="SOUTH DAKOTA",
    tn="TENNESSEE", tx="TEXAS", ut="UTAH", vt="VERMONT", va="VIRGINIA", wa="WASHINGTON", wv="WEST VIRGINIA",
    wi="WISCONSIN", wy="WYOMING")
US_NAMES["or"], US_NAMES["in"] = "OREGON", "INDIANA"
SLOGANS = ["SUNSHINE STATE", "LIVE FREE OR DIE", "GRAND CANYON STATE", "THE LAST FRONTIER", "FIRST IN FLIGHT",
           "GARDEN STATE", "EMPIRE STATE", "LAND OF LINCOLN", "10 000 LAKES", "PEACH STATE", "VACATIONLAND",
           "WILD WONDERFUL", "BIRTHPLACE OF AVIATION", "SWEET HOME", "FAMOUS POTATOES", "CENTENNIAL 1889",
           "THE SPIRIT OF AMERICA", "AMERICAS DAIRYLAND", "GREAT LAKES", "ALOHA STATE", "SHOW ME STATE"]
DEALERS = ["AUTOHAUS KRAUSE", "POHANKA.COM", "BEST CARS", "TOYOTA OF DOWNTOWN", "MY OTHER CAR IS", "UNIVERSITY",
           "TARTONS AUTO", "AUTO SALON", "ALUMNI", "CONCESIONARIA", "CHEVROLET", "VOLKSWAGEN", "FORD", "GARAGE",
           "WWW.AUTO.COM", "AUTOMOBILI", "RACING", "THE BEACH", "BORN TO RIDE", "MOTORS 0800 555"]
BR_CITIES = ["SP SAO PAULO", "RJ RIO DE JANEIRO", "PR CURITIBA", "RS PORTO ALEGRE", "MG BELO HORIZONTE",
             "DF BRASILIA", "BA CAMACARI", "ES VITORIA", "PB JOAO PESSOA", "GO GOIANIA", "SC FLORIANOPOLIS", "BA SALVADOR", "CE FORTALEZA", "PR LONDRINA", "PE RECIFE"]


@dataclass
class Style:
    """One plate's look. Lengths in millimetres; `lines` 1 or 2."""

    size: tuple[float, float]
    cap: float
    sign_width: float  # of an ordinary sign; 0: the face's own
    kinds: tuple[str, ...]
    ground: Colour = WHITE
    ink: Colour = BLACK
    gap: float = 8
    group_gap: float = 24
    separator: str = ""  # "", "-", ".", "seal", "shape"
    lines: int = 1
    line_cap: float = 0  # height of the signs of the upper line, 0: as `cap`
    border: float = 0
    border_ink: Colour | None = None
    left_band: tuple[float, Colour] | None = None
    right_band: tuple[float, Colour] | None = None
    top_band: tuple[float, Colour] | None = None
    bottom_band: tuple[float, Colour] | None = None
    captions: list[tuple[str, float, float, Colour, int]] = field(default_factory=list)  # text, y, height, ink, face
    stickers: int = 0
    graphics: float = 0  # 0..1: how much of a picture is printed behind the signs
    gradient: Colour | None = None
    bolts: int = 0
    lead_sign: bool = False  # a province sign (any strokes) stands before the text
    baseline: float = 0.5  # middle of the text, share of the height
    radius: float = 10
    emboss: float = 0.5
    margin: float = 12
    side_letters: tuple[str, str] = ("", "")  # small, one above the other, left and right of the text and no part of it
    emblems: tuple[float, float] = (0, 0)  # width of a picture left and right of the text; 0: none


def _tint(rng: random.Random, colour: Colour, by: int = 18) -> Colour:
    return tuple(max(0, min(255, c + rng.randint(-by, by))) for c in colour)  # type: ignore[return-value]


def _between(a: Colour, b: Colour, share: float) -> Colour:
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b))  # type: ignore[return-value]


def european(region: str, rng: random.Random) -> Style:
    """520 x 110 with or without the blue band; old and special colours; two lines."""
    two = rng.random() < 0.13
    kinds = {"de": ("fe",), "nl": ("din", "fe"), "gb": ("wide", "stroke")}.get(region, ("din", "stroke", "fe", "us"))
    style = Style((520, 110), rng.uniform(70, 82), rng.uniform(40, 52), kinds, _tint(rng, WHITE), _tint(rng, BLACK, 15),
                  gap=rng.uniform(5, 14), group_gap=rng.uniform(18, 60), border=rng.choice([0, 3, 4]),
                  separator=rng.choice(["", "", "", "-", ".", "seal", "shape"]), emboss=rng.uniform(0, 1), radius=12)
    if region in ("nl", "lu") or rng.random() < 0.04:
        style.ground = _tint(rng, YELLOW)
    if region == "de":
        style.separator = "seal"
    if region in ("be", "si", "at") and rng.random() < 0.6:
        style.ink = {"be": _tint(rng, RED), "si": _tint(rng, BLACK), "at": _tint(rng, BLACK)}[region]
    if rng.random() < 0.05:  # old: white on black, black on orange
        style.ground, style.ink = (style.ink, style.ground) if rng.random() < 0.7 else (_tint(rng, ORANGE), style.ink)
    if rng.random() < 0.08:
        style.ink = _between(style.ink, style.ground, rng.uniform(0.2, 0.5))
    if rng.random() < 0.85:
        style.left_band = (rng.uniform(36, 46), _tint(rng, EU_BLUE))
    if region in ("fr", "it") and rng.random() < 0.8:
        style.right_band = (40, _tint(rng, EU_BLUE))
    if two:
        style.size, style.lines = rng.choice([(340, 220), (280, 200), (240, 130), (300, 200)]), 2
        style.cap = style.size[1] * rng.uniform(0.33, 0.4)
        style.sign_width, style.border = style.cap * rng.uniform(0.5, 0.68), rng.choice([0, 4])
        if style.left_band:
            style.left_band = (style.size[0] * 0.12, style.left_band[1])
    return style


def british(rng: random.Random) -> Style:
    two = rng.random() < 0.2
    style = Style((520, 111), 79, rng.uniform(44, 52), ("wide", "stroke", "din"), gap=rng.uniform(8, 12),
                  group_gap=rng.uniform(28, 40), emboss=0 if rng.random() < 0.8 else 0.6, border=rng.choice([0, 0, 2]))
    style.ground = _tint(rng, YELLOW if rng.random() < 0.5 else WHITE)
    style.ink = _tint(rng, BLACK, 12)
    if rng.random() < 0.12:  # before 1973
        style.ground, style.ink = _tint(rng, BLACK, 10), _tint(rng, (205, 205, 205), 20)
        style.border, style.border_ink = rng.choice([0, 4]), style.ink
    if rng.random() < 0.35:
        style.left_band = (40, _tint(rng, EU_BLUE))
    if two:
        style.size, style.lines, style.cap = (285, 203), 2, 79
    if rng.random() < 0.5:
        style.captions.append((rng.choice(DEALERS), 0.94, 6, BLACK, rng.randrange(40)))
    return style


_US_INKS = [(25, 35, 95), (20, 20, 30), (20, 45, 120), (150, 25, 35), (20, 80, 50), (60, 40, 30), (25, 90, 140)]
_US_GROUNDS = [WHITE, WHITE, (225, 235, 245), (240, 236, 215), (190, 215, 240), (245, 215, 60), (235, 225, 240),
               (215, 235, 215), (240, 220, 200), (180, 205, 225)]


def american(region: str, rng: random.Random) -> Style:
    """305 x 152: name above, slogan below, printed pictures, stickers, dealer frames."""
    ink = _tint(rng, rng.choice(_US_INKS), 20)
    style = Style((305, 152), rng.uniform(60, 80), rng.uniform(25, 38), ("stroke", "stroke", "us", "round", "din", "mono"),
                  _tint(rng, rng.choice(_US_GROUNDS), 12), ink, gap=rng.uniform(1.5, 9), group_gap=rng.uniform(8, 34),
                  separator=rng.choice(["", "", "", "-", ".", "shape", "picture", "picture", "picture"]), emboss=rng.choice([0, 0.2, 0.6, 1.0]),
                  bolts=rng.choice([0, 2, 2, 4]), stickers=rng.choice([0, 0, 1, 2, 2]), radius=14, margin=rng.uniform(8, 20),
                  baseline=rng.uniform(0.5, 0.58))
    if rng.random() < 0.08:  # dark ground
        style.ground, style.ink = _tint(rng, rng.choice([(30, 60, 130), (20, 20, 25), (30, 90, 60)])), _tint(rng, (240, 225, 150))
    if rng.random() < 0.5:
        style.gradient = _tint(rng, rng.choice(_US_GROUNDS + [(120, 170, 220), (240, 160, 120), (90, 140, 90)]), 25)
    if rng.random() < 0.55:
        style.graphics = rng.uniform(0.15, 0.9)
    caption_ink = rng.choice([style.ink, _tint(rng, RED), _tint(rng, EU_BLUE), _tint(rng, BLACK), _tint(rng, GREEN)])
    name = US_NAMES.get(region.removeprefix("us-"), rng.choice(list(US_NAMES.values())))
    style.captions.append((name, rng.uniform(0.1, 0.16), rng.uniform(16, 30), caption_ink, rng.choice([-1, -2, rng.randrange(40)])))
    if rng.random() < 0.7:
        style.captions.append((rng.choice(SLOGANS), rng.uniform(0.87, 0.92), rng.uniform(9, 16), caption_ink, rng.choice([-2, rng.randrange(40)])))
    if rng.random() < 0.3:
        style.border, style.border_ink = 3, style.ink
    if rng.random() < 0.15:  # worn, or printed pale
        style.ink = _between(style.ink, style.ground, rng.uniform(0.25, 0.55))
    if rng.random() < 0.2:
        stack = "".join(rng.choice("ABCDEFGHIJLMNOPRSTUVW19") for _ in range(rng.choice([2, 2, 2, 3])))
        style.side_letters = (stack, "") if rng.random() < 0.65 else ("", stack)
    if rng.random() < 0.28:
        width = rng.uniform(30, 75)
        style.emblems = (width, 0) if rng.random() < 0.75 else (0, width)
    return style


def brazilian(region: str, rng: random.Random) -> Style:
    two = rng.random() < 0.1
    if region == "br-mercosur":
        style = Style((400, 130), 65, rng.uniform(38, 46), ("fe", "stroke", "din"), _tint(rng, WHITE), BLACK, gap=9,
                      group_gap=rng.choice([9, 14, 30]), top_band=(30, _tint(rng, EU_BLUE)), baseline=0.6, border=3)
        style.captions.append(("BRASIL", 0.12, 17, WHITE, rng.randrange(40)))
    else:
        ground = rng.choice([(150, 152, 155)] * 6 + [(165, 30, 40), WHITE, (30, 60, 130), (70, 75, 78)])
        light = sum(ground) < 330
        style = Style((400, 130), rng.uniform(60, 68), rng.uniform(38, 48), ("br",) if rng.random() < 0.7 else ("us", "stroke", "wide", "din"),
                      _tint(rng, ground, 25), _tint(rng, WHITE if light else BLACK, 15), gap=rng.uniform(6, 11),
                      group_gap=rng.uniform(18, 34), separator=rng.choice(["", "-", ".", "."]), baseline=0.6, border=rng.choice([0, 3]))
        style.captions.append((rng.choice(BR_CITIES), 0.15, rng.uniform(14, 20), style.ink, rng.randrange(40)))
    style.bolts, style.emboss = rng.choice([0, 2, 2]), rng.uniform(0.3, 1)
    if two:
        style.size, style.lines, style.cap, style.baseline, style.top_band = (200, 170), 2, 56, 0.55, None
        style.sign_width, style.captions = 30, style.captions[:1] if rng.random() < 0.5 else []
    return style


def argentine(region: str, rng: random.Random) -> Style:
    if region == "ar-mercosur":
        style = Style((400, 130), 65, rng.uniform(36, 44), ("fe", "stroke", "din"), _tint(rng, WHITE), BLACK, gap=8,
                      group_gap=rng.uniform(20, 32), top_band=(28, _tint(rng, EU_BLUE)), baseline=0.6)
        style.captions.append(("REPUBLICA ARGENTINA", 0.11, 13, WHITE, rng.randrange(40)))
        if rng.random() < 0.12:
            style.size, style.lines, style.cap, style.sign_width, style.top_band = (220, 180), 2, 60, 34, (25, EU_BLUE)
        style.stickers = rng.choice([0, 1])
        return style
    style = Style((294, 129), rng.uniform(58, 70), rng.uniform(27, 37), ("us", "stroke", "fe"), _tint(rng, BLACK, 12),
                  _tint(rng, WHITE), gap=rng.uniform(5, 8), group_gap=rng.uniform(22, 36), separator=rng.choice(["", "", "shape"]),
                  emboss=rng.uniform(0.2, 0.8), border=10, border_ink=_tint(rng, WHITE), bolts=rng.choice([2, 4]), radius=16, margin=18)
    if rng.random() < 0.8:
        style.border, style.top_band = rng.uniform(4, 10), (rng.uniform(16, 26), style.border_ink)
        style.bottom_band, style.baseline = (rng.uniform(12, 22), style.border_ink), rng.uniform(0.5, 0.54)
    style.captions.append(("ARGENTINA", 0.08, rng.uniform(8, 12), BLACK, rng.randrange(40)))
    return style


def chinese(rng: random.Random) -> Style:
    kind = rng.random()
    style = Style((440, 140), 90, 45, ("din", "stroke", "us", "wide"), _tint(rng, CN_BLUE, 25), _tint(rng, WHITE), gap=10,
                  group_gap=34, separator=rng.choice([".", ".", ""]), border=3, border_ink=_tint(rng, WHITE), lead_sign=True,
                  bolts=rng.choice([0, 2, 4]), emboss=rng.uniform(0.2, 0.8))
    if kind < 0.2:
        style.size, style.ground, style.ink = (480, 140), _tint(rng, (160, 215, 175)), _tint(rng, BLACK)
        style.gradient, style.border_ink = _tint(rng, (60, 180, 110)), style.ink
    elif kind < 0.4:
        style.ground, style.ink, style.border_ink = _tint(rng, YELLOW), BLACK, BLACK
        if rng.random() < 0.4:
            style.size, style.lines, style.cap, style.line_cap = (440, 220), 2, 110, 60
            style.sign_width = 65
    elif kind < 0.47:
        style.ground, style.ink = _tint(rng, BLACK), _tint(rng, WHITE)
    return style


def other(region: str, rng: random.Random) -> Style:
    """The rest of the world: any size, any colour, often captions."""
    style = european(region, rng) if rng.random() < 0.4 else american(region, rng)
    ground, ink = rng.choice([(WHITE, BLACK), (YELLOW, BLACK), (BLACK, WHITE), (WHITE, EU_BLUE), (WHITE, RED), (WHITE, GREEN),
                              (EU_BLUE, WHITE), (RED, WHITE), (GREEN, WHITE), (ORANGE, BLACK)])
    style.ground, style.ink = _tint(rng, ground, 20), _tint(rng, ink, 20)
    style.kinds = rng.choice([style.kinds, ("wide",), ("mono",), ("round",), ("us",), ("stroke",)])
    if style.size == (305, 152) and rng.random() < 0.5:
        style.size, style.captions, style.stickers = rng.choice([(335, 155), (340, 150), (372, 135), (360, 110)]), style.captions[:1], 0
        style.baseline = 0.55 if style.captions else 0.5
    if region == "in" and rng.random() < 0.3 or rng.random() < 0.12:
        style.size, style.lines, style.captions = rng.choice([(200, 100), (280, 200), (330, 165), (190, 140)]), 2, []
        style.cap = style.size[1] * rng.uniform(0.3, 0.4)
        style.sign_width, style.baseline = style.cap * rng.uniform(0.45, 0.65), 0.5
    return style


def of_region(region: str, rng: random.Random) -> Style:
    if region == "gb":
        return british(rng)
    if region in EU or region in NEAR_EU:
        return european(region, rng)
    if region.startswith("us-"):
        return american(region, rng)
    if region.startswith("br"):
        return brazilian(region, rng)
    if region.startswith("ar"):
        return argentine(region, rng)
    if region == "cn":
        return chinese(rng)
    return other(region, rng)
