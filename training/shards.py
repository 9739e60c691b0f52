"""Rendered training data on disk: worker processes write shards ahead of a trainer that reads them.

A shard is a folder with one .npy file for each field.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

Shard = dict[str, np.ndarray]
AHEAD = 8  # shards rendered before they're asked for
ENOUGH = 24  # with so many on disk, every second one is an old one again


def save(shard: Shard, folder: Path) -> None:
    """Complete or not there at all; a folder that is there already stays."""
    half = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    for field, values in shard.items():
        np.save(half / f"{field}.npy", values)
    if folder.exists():
        shutil.rmtree(half)
    else:
        half.rename(folder)


def load(folder: Path) -> Shard:
    return {path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))}


def number_of(folder: Path) -> int:
    return int(folder.name.split("-")[1])


def on_disk(cache: Path) -> list[Path]:
    return sorted((p for p in cache.glob("shard-*") if not p.name.endswith(".tmp")), key=number_of)


def _render(cache: Path, worker: int, workers: int, seed: int, used, factory: Callable, arguments: tuple) -> None:
    """Renders shards for ever, AHEAD of what was used. Ends with its parent."""
    parent, have, fill = os.getppid(), on_disk(cache), factory(*arguments)
    number = (number_of(have[-1]) + 1 if have else 0) // workers * workers + worker
    while os.getppid() == parent:
        if number - used.value > AHEAD:
            time.sleep(0.3)
            continue
        save(fill(zlib.crc32(f"{seed}/{number}".encode())), cache / f"shard-{number:06d}")
        number += workers


class Stream:
    """Shards in the order they're made, and one in two an older one again, as while no new one is ready.

    factory(*arguments) is called in each worker and gives a function: seed -> shard.
    """

    def __init__(self, cache: Path, factory: Callable, arguments: tuple, *, workers: int, seed: int, keep: int):
        cache.mkdir(parents=True, exist_ok=True)
        have = on_disk(cache)
        self.cache, self.keep, self.rng, self.turn = cache, keep, random.Random(seed), 0
        self.next = number_of(have[-1]) + 1 if have else 0
        context = multiprocessing.get_context("spawn")
        self.used = context.Value("q", self.next)
        self.workers = [context.Process(target=_render, daemon=True, args=(cache, i, workers, seed, self.used, factory, arguments))
                        for i in range(workers)]
        for worker in self.workers:
            worker.start()

    def close(self) -> None:
        """Ends the workers; what is on disk stays."""
        for worker in self.workers:
            worker.terminate()
            worker.join()

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Shard:
        self.turn += 1
        while True:
            if not all(w.is_alive() for w in self.workers):
                raise RuntimeError("a render worker ended; its error is above")
            have = on_disk(self.cache)
            new = [p for p in have if number_of(p) >= self.next]
            if new and (self.turn % 2 or len(have) < ENOUGH):
                self.next = number_of(new[0]) + 1
                self.used.value = self.next
                for old in have[:-self.keep]:
                    shutil.rmtree(old, ignore_errors=True)
                return load(new[0])
            if have:
                return load(self.rng.choice(have))
            time.sleep(0.5)
