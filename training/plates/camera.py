"""From a flat plate to what a camera gives: perspective, light, blur, weather, compression, cropping."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from training import sources
from training.plates import glyphs, styles
from training.plates.draw import Plate

CROP_HEIGHT, CROP_WIDTH = 64, 160


@dataclass
class Photo:
    """image: HxWx3 uint8 RGB. quad: 4x2 pixels, clockwise from the upper left. centres: n x 2 pixels."""

    image: np.ndarray
    quad: np.ndarray
    centres: np.ndarray


@lru_cache(maxsize=1)
def backgrounds() -> list[np.ndarray]:
    """Small versions (longer side 320, RGB) of training pictures; made-up ones where there are none."""
    out = []
    files = sources.background_files()
    for path in files[::max(1, len(files) // 250)]:
        image = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_2)
        if image is not None and min(image.shape[:2]) >= 64:
            scale = 320 / max(image.shape[:2])
            out.append(cv2.cvtColor(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB))
    rng = np.random.default_rng(1)
    while len(out) < 20:
        out.append(cv2.resize(rng.integers(0, 255, (8, 10, 3), dtype=np.uint8), (320, 240), interpolation=cv2.INTER_CUBIC))
    return out


@lru_cache(maxsize=1)
def _noise() -> np.ndarray:
    return np.random.default_rng(2).standard_normal(2_000_000).astype(np.float32)


def _noise_like(shape: tuple[int, ...], rng: random.Random) -> np.ndarray:
    count = math.prod(shape)
    bank = _noise()
    if count >= bank.size:
        return np.resize(bank, shape)
    start = rng.randrange(bank.size - count)
    return bank[start:start + count].reshape(shape)


def framed(plate: Plate, rng: random.Random) -> tuple[np.ndarray, np.ndarray, tuple[int, int, int, int]]:
    """The plate in a holder, often none. Gives image, centres and the plate's x0, y0, x1, y1 in it."""
    height, width = plate.image.shape[:2]
    if rng.random() < 0.45:
        return plate.image, plate.centres, (0, 0, width, height)
    side, above = round(height * rng.uniform(0, 0.08)), round(height * rng.uniform(0.01, 0.12))
    below = round(height * rng.choice([0.03, 0.08, rng.uniform(0.1, 0.24)]))
    tone = rng.choice([15, 25, 40, 120, 200])
    image = cv2.copyMakeBorder(plate.image, above, below, side, side, cv2.BORDER_CONSTANT, value=(tone, tone, tone + 4))
    for y, tall in ((height + above, below), (0, above)):
        if tall > 5 and rng.random() < 0.6:
            mask = glyphs.small_text(rng.choice(styles.DEALERS), max(4, int(tall * 0.75)), rng.choice([-2, rng.randrange(50)]))
            mask = mask[:, :image.shape[1] - 4]
            x, top = (image.shape[1] - mask.shape[1]) // 2, y + (tall - mask.shape[0]) // 2
            ink = rng.choice([(235, 235, 235), (220, 190, 60), (200, 40, 40)] if tone < 100 else [(20, 20, 30)])
            part = image[top:top + mask.shape[0], x:x + mask.shape[1]]
            part[:] = part + (np.array(ink, np.float32) - part) * (mask[..., None] / 255.0)
    if rng.random() < 0.3:  # the holder's lip lies on the plate's edge
        lip = max(1, round(height * rng.uniform(0.01, 0.05)))
        cv2.rectangle(image, (side, above), (side + width - 1, above + height - 1), (tone, tone, tone), lip)
    shift = np.array([side, above], np.float32)
    return image, plate.centres + shift, (side, above, side + width, above + height)


def dirty(image: np.ndarray, rng: random.Random) -> np.ndarray:
    """Mud, scratches, spots, things that hang before the plate. In: uint8, out: uint8."""
    height, width = image.shape[:2]
    if rng.random() < 0.3:
        coarse = np.array([[rng.random() for _ in range(8)] for _ in range(4)], np.float32)
        mud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        mud = np.clip((mud - rng.uniform(0.4, 0.8)) * rng.uniform(1, 3), 0, rng.uniform(0.2, 0.75))[..., None]
        tone = np.array([rng.randint(50, 170), rng.randint(50, 150), rng.randint(40, 130)], np.float32)
        image = (image + (tone - image) * mud).astype(np.uint8)
    elif rng.random() < 0.5:
        image = image.copy()
    else:
        return image
    for _ in range(rng.choice([0, 0, 1, 3, 8])):
        x, y, tone = rng.randrange(width), rng.randrange(height), rng.randrange(256)
        if rng.random() < 0.5:
            cv2.circle(image, (x, y), rng.randint(1, max(1, height // 24)), (tone, tone, tone), -1, cv2.LINE_AA)
        else:
            cv2.line(image, (x, y), (x + rng.randint(-40, 40), y + rng.randint(-12, 12)), (tone, tone, tone), 1, cv2.LINE_AA)
    return image


def _quad(width: float, height: float, rng: random.Random) -> np.ndarray:
    """Where a plate of this size lies, seen from a random side; its middle is at 0, 0."""
    hard = 1.0 if rng.random() < 0.25 else 0.4
    yaw, roll = rng.gauss(0, 0.45) * hard, rng.gauss(0, 0.13) * hard
    pitch, skew = rng.gauss(0, 0.25) * hard, rng.gauss(0, 0.13) * hard
    w, h = width / 2 * max(0.45, math.cos(yaw)), height / 2 * max(0.6, math.cos(pitch))
    key, tilt = max(-0.25, min(0.25, 0.2 * math.sin(yaw))), max(-0.1, min(0.1, 0.1 * math.sin(pitch)))
    points = np.array([(-w * (1 - tilt), -h * (1 - key)), (w * (1 - tilt), -h * (1 + key)),
                       (w * (1 + tilt), h * (1 + key)), (-w * (1 + tilt), h * (1 - key))], np.float32)
    points[:, 0] += points[:, 1] * -skew
    c, s = math.cos(roll), math.sin(roll)
    return points @ np.array([[c, s], [-s, c]], np.float32)


def _light(image: np.ndarray, rng: random.Random) -> np.ndarray:
    """float32 RGB in, float32 out: night, infra-red, sun, shadow, glare, colour casts, haze."""
    height, width = image.shape[:2]
    kind = rng.random()
    if kind < 0.16:  # infra-red: grey, the plate's ground throws it all back
        grey = image @ np.array(rng.choice([(0.3, 0.6, 0.1), (0.6, 0.3, 0.1), (0.8, 0.2, 0.0)]), np.float32)
        image = np.repeat(grey[..., None], 3, 2)
        image = 255 * (image / 255) ** rng.uniform(0.7, 2.2) * rng.uniform(0.5, 1.4)
        if rng.random() < 0.3:
            image = image * np.array([rng.uniform(0.8, 1), rng.uniform(0.45, 0.9), rng.uniform(0.6, 1)], np.float32)
    elif kind < 0.34:  # night or dusk
        image = image * (rng.uniform(0.2, 0.75) * np.array([rng.uniform(0.75, 1.1) for _ in range(3)], np.float32)) + rng.uniform(0, 25)
    elif kind < 0.42:  # strong cast of a lamp or of a wrong white balance
        image = image * np.array([rng.uniform(0.5, 1.3) for _ in range(3)], np.float32) + rng.uniform(0, 30)
    else:
        image = image * (rng.uniform(0.55, 1.25) * np.array([rng.uniform(0.9, 1.08) for _ in range(3)], np.float32)) + rng.uniform(-20, 20)
    if rng.random() < 0.5:
        slope = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * rng.uniform(-0.3, 0.3) \
            + np.linspace(-1, 1, height, dtype=np.float32)[:, None] * rng.uniform(-0.3, 0.3)
        image = image * (1 + slope)[..., None]
    if rng.random() < 0.12:  # edge of a shadow
        edge = np.arange(width, dtype=np.float32)[None, :] * rng.uniform(-1, 1) + np.arange(height, dtype=np.float32)[:, None]
        where = 1 / (1 + np.exp(-np.clip((edge - rng.choice(edge.ravel()[::17])) * rng.uniform(0.3, 2), -30, 30)))
        image = image * (1 - where * rng.uniform(0.3, 0.7))[..., None]
    if rng.random() < 0.08:  # glare
        ys, xs = np.ogrid[:height, :width]
        far = ((xs - rng.uniform(0, width)) / (width * rng.uniform(0.08, 0.3))) ** 2 + ((ys - rng.uniform(0, height)) / (height * rng.uniform(0.15, 0.6))) ** 2
        image = image + (np.exp(-far) * rng.uniform(60, 260)).astype(np.float32)[..., None]
    if rng.random() < 0.18:  # haze: little contrast
        image = image * rng.uniform(0.3, 0.75) + rng.uniform(15, 110)
    return image


def _blurred(image: np.ndarray, sharpness_px: float, rng: random.Random) -> np.ndarray:
    """Lens and motion; sharpness_px is the signs' height, blur grows with it."""
    if rng.random() < 0.55:
        sigma = 0.25 + rng.uniform(0, 0.045) * sharpness_px + rng.random() ** 4 * 0.07 * sharpness_px
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    if rng.random() < 0.22:
        length = max(2, round(rng.random() ** 1.5 * 0.3 * sharpness_px))
        size = length | 1
        kernel = np.zeros((size, size), np.float32)
        angle = rng.gauss(0, 0.4) if rng.random() < 0.7 else rng.uniform(0, math.pi)
        dx, dy = math.cos(angle) * size / 2, math.sin(angle) * size / 2
        middle = size // 2
        cv2.line(kernel, (round(middle - dx), round(middle - dy)), (round(middle + dx), round(middle + dy)), 1, 1)
        image = cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1), borderType=cv2.BORDER_REPLICATE)
    return image


def calm(image: np.ndarray, sharpness_px: float, rng: random.Random) -> np.ndarray:
    """uint8 RGB -> uint8 RGB: an ordinary picture of an ordinary day, what most cameras give most of the time."""
    gain = rng.uniform(0.6, 1.15) * np.array([rng.uniform(0.93, 1.06) for _ in range(3)], np.float32)
    slope = np.linspace(-1, 1, image.shape[1], dtype=np.float32)[None, :, None] * rng.uniform(-0.15, 0.15)
    light = image.astype(np.float32) * gain * (1 + slope) + rng.uniform(-10, 35)
    if rng.random() < 0.6:
        light = cv2.GaussianBlur(light, (0, 0), 0.25 + rng.uniform(0, 0.04) * sharpness_px)
    if rng.random() < 0.4:
        light = light + _noise_like(image.shape, rng) * rng.uniform(0, 6)
    out = np.clip(light, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        out = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.7:
        out = cv2.imdecode(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(50, 95)])[1], cv2.IMREAD_COLOR)
    return out


def sensed(image: np.ndarray, sharpness_px: float, rng: random.Random) -> np.ndarray:
    """uint8 RGB -> uint8 RGB: light, rain, blur, noise, sharpening, compression."""
    image = _light(image.astype(np.float32), rng)
    if rng.random() < 0.04:
        for _ in range(rng.randint(4, 20)):
            x, y = rng.randrange(image.shape[1]), rng.randrange(image.shape[0])
            tone = rng.uniform(120, 255)
            cv2.line(image, (x, y), (x + rng.randint(-2, 2), y + rng.randint(3, 14)), (tone, tone, tone), 1)
    image = _blurred(image, sharpness_px, rng)
    if rng.random() < 0.55:
        strength = rng.random() ** 2 * 17
        noise = _noise_like(image.shape if rng.random() < 0.6 else image.shape[:2] + (1,), rng)
        image = image + noise * strength
    if rng.random() < 0.12:  # a camera that sharpens
        image = image + (image - cv2.GaussianBlur(image, (0, 0), 1.0)) * rng.uniform(0.5, 2)
    image = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.1:  # grey
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.65:
        quality = rng.randint(30, 95)
        image = cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return image


def photograph(plate: Plate, rng: random.Random, height_px: float | None = None) -> Photo:
    """The plate in a piece of picture around it. height_px: the plate's height there."""
    if height_px is None:
        height_px = math.exp(rng.uniform(math.log(rng.choice([10, 16])), math.log(75))) * (1.5 if plate.lines == 2 else 1.25 if plate.image.shape[1] < 2.4 * plate.image.shape[0] else 1)
    image, centres, (x0, y0, x1, y1) = framed(plate, rng)
    image = dirty(image, rng)
    scale = height_px / (y1 - y0)
    if scale < 0.7:  # average first, warp then
        shrink = scale * 1.25
        image = cv2.resize(image, (max(4, round(image.shape[1] * shrink)), max(4, round(image.shape[0] * shrink))), interpolation=cv2.INTER_AREA)
        centres, (x0, y0, x1, y1) = centres * shrink, (x0 * shrink, y0 * shrink, x1 * shrink, y1 * shrink)
        scale = 1 / 1.25
    quad = _quad((x1 - x0) * scale, (y1 - y0) * scale, rng)
    room = height_px * rng.uniform(0.3, 0.6) + 2
    quad -= quad.min(0) - room
    size = np.ceil(quad.max(0) + room).astype(int)
    source = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
    to_photo = cv2.getPerspectiveTransform(source, quad)
    scene = _behind(int(size[0]), int(size[1]), rng)
    cv2.warpPerspective(image, to_photo, (int(size[0]), int(size[1])), dst=scene, flags=cv2.INTER_LINEAR,
                        borderMode=cv2.BORDER_TRANSPARENT)
    points = cv2.perspectiveTransform(centres[None], to_photo)[0]
    look = calm if rng.random() < 0.6 else sensed
    return Photo(look(scene, height_px * 0.6, rng), quad, points)


def _behind(width: int, height: int, rng: random.Random) -> np.ndarray:
    """A piece of a training picture, or of a car body."""
    if rng.random() < 0.5:
        base = np.array([rng.randint(5, 230)] * 3, np.float32) + np.array([rng.uniform(-25, 25) for _ in range(3)], np.float32)
        ramp = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.5, 1.2), height, dtype=np.float32)[:, None, None]
        return np.ascontiguousarray(np.clip(np.broadcast_to(base * ramp, (height, width, 3)), 0, 255).astype(np.uint8))
    picture = rng.choice(backgrounds())
    part = rng.uniform(0.15, 0.9)
    h, w = max(8, int(picture.shape[0] * part)), max(8, int(picture.shape[1] * part))
    y, x = rng.randrange(picture.shape[0] - h + 1), rng.randrange(picture.shape[1] - w + 1)
    return cv2.resize(picture[y:y + h, x:x + w], (width, height), interpolation=cv2.INTER_LINEAR)


def crop(photo: Photo, rng: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """What the reader gets: CROP_HEIGHT x CROP_WIDTH x 3 uint8 RGB, and the centres in 0..1 of it.

    Two times in three straightened by corners that are a little off, otherwise the box around the plate.
    """
    quad = photo.quad
    tall = (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    if rng.random() < 0.66:
        mx, my = rng.uniform(0.0, 0.13), rng.uniform(0.0, 0.16)
        a, b, c, d = quad
        corners = np.array([a + (a - b) * mx + (a - d) * my, b + (b - a) * mx + (b - c) * my,
                            c + (c - d) * mx + (c - b) * my, d + (d - c) * mx + (d - a) * my], np.float32)
        off = tall * rng.choice([0.02, 0.04, 0.07])
        corners += np.array([[rng.gauss(0, off), rng.gauss(0, off)] for _ in range(4)], np.float32)
    else:
        (x0, y0), (x1, y1) = quad.min(0), quad.max(0)
        w, h = x1 - x0, y1 - y0
        x0, x1 = x0 - w * rng.uniform(-0.02, 0.12), x1 + w * rng.uniform(-0.02, 0.12)
        y0, y1 = y0 - h * rng.uniform(-0.04, 0.25), y1 + h * rng.uniform(-0.04, 0.25)
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
    target = np.array([(0, 0), (CROP_WIDTH, 0), (CROP_WIDTH, CROP_HEIGHT), (0, CROP_HEIGHT)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    big = tall > 1.6 * CROP_HEIGHT
    image = cv2.warpPerspective(photo.image, matrix, (CROP_WIDTH, CROP_HEIGHT),
                                flags=cv2.INTER_AREA if big else rng.choice([cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC]),
                                borderMode=cv2.BORDER_REPLICATE)
    points = photo.centres
    if len(points):
        points = cv2.perspectiveTransform(points[None].astype(np.float32), matrix)[0]
    return image, points / np.array([CROP_WIDTH, CROP_HEIGHT], np.float32)


def stretched(image: np.ndarray, width: int = CROP_WIDTH, height: int = CROP_HEIGHT) -> np.ndarray:
    """Scaled as the program does: areas averaged where it shrinks, bilinear where it grows, each side by itself."""
    across = cv2.INTER_AREA if image.shape[1] > width else cv2.INTER_LINEAR
    down = cv2.INTER_AREA if image.shape[0] > height else cv2.INTER_LINEAR
    return cv2.resize(cv2.resize(image, (width, image.shape[0]), interpolation=across), (width, height), interpolation=down)


def again(image: np.ndarray, rng: random.Random) -> np.ndarray:
    """A real crop (uint8 RGB, any size, little margin) seen once more: moved, relit, recompressed. Gives a crop."""
    height, width = image.shape[:2]
    room = round(height * 0.2)
    photo = cv2.copyMakeBorder(image, room, room, room, room, cv2.BORDER_REPLICATE)
    if rng.random() < 0.3:
        shrink = max(rng.uniform(0.4, 1), 12 / height)
        photo = cv2.resize(photo, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else photo
        room, height, width = room * shrink, height * shrink, width * shrink
    if rng.random() < 0.6:
        photo = sensed(photo, height * 0.3, rng)
    quad = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) + room
    off = height * rng.choice([0.02, 0.05, 0.09])
    quad += np.array([[rng.gauss(0, off), rng.gauss(0, off)] for _ in range(4)], np.float32)
    target = np.array([(0, 0), (CROP_WIDTH, 0), (CROP_WIDTH, CROP_HEIGHT), (0, CROP_HEIGHT)], np.float32)
    return cv2.warpPerspective(photo, cv2.getPerspectiveTransform(quad, target), (CROP_WIDTH, CROP_HEIGHT),
                               flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
