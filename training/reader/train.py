"""Trains the plate reader. Goes on from its last checkpoint when started again.

    python -m training.reader.train --out DIR [--crops 2000000] [--cache DIR] [--taught DIR]

Uses a CUDA GPU where there is one. Writes DIR/last.pt every few minutes, DIR/best.pt whenever the held-out
crops are read better, DIR/log.tsv. Learning rate: warm-up, constant, and a fall to zero over the last third.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training import precision, shards
from training.plates import camera
from training.reader import data, shipped
from training.reader.model import GRID, PAD, PlateReader, parameters, texts


def to_pictures(images: np.ndarray, device: torch.device) -> Tensor:
    """N x H x W x 3 uint8 -> N x 3 x H x W float32 in 0..1, channels last in memory."""
    return torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float().div_(255)


def targets(centres: Tensor) -> Tensor:
    """Where slots should look: N x SLOTS x 2 in 0..1 (-1: nowhere) -> N x SLOTS x cells, rows sum to 1 or 0."""
    rows, columns = GRID
    x = (centres[..., 0] * columns - 0.5).clamp(0, columns - 1)
    y = (centres[..., 1] * rows - 0.5).clamp(0, rows - 1)
    across = (1 - (torch.arange(columns, device=x.device) - x[..., None]).abs()).clamp(min=0)
    down = (1 - (torch.arange(rows, device=y.device) - y[..., None]).abs()).clamp(min=0)
    known = (centres[..., 0] >= 0)[..., None].float()
    return (down[..., :, None] * across[..., None, :]).flatten(2) * known


def loss_of(model: PlateReader, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Total, and that of the signs alone."""
    with precision.quickest(batch["pictures"].device):
        logits, looks, region = model.everything(batch["pictures"])
    signs = F.cross_entropy(logits.float().flatten(0, 1), batch["signs"].flatten())
    wanted = targets(batch["centres"])
    look = -(wanted * looks.float().log_softmax(-1)).sum() / wanted.sum().clamp(min=1)
    where = F.cross_entropy(region.float(), batch["regions"], ignore_index=-1) if (batch["regions"] >= 0).any() else 0
    return signs + 0.1 * look + 0.05 * where, signs.detach()


def batches(shard: dict[str, np.ndarray], size: int, device: torch.device, rng: np.random.Generator):
    order = rng.permutation(len(shard["images"]))
    for i in range(0, len(order) - size + 1, size):
        part = order[i:i + size]
        gain = torch.from_numpy(rng.uniform(0.75, 1.25, (len(part), 1, 1, 1)).astype(np.float32)).to(device)
        yield {"pictures": (to_pictures(shard["images"][part], device) * gain).clamp_(0, 1),
               "signs": torch.from_numpy(shard["signs"][part]).to(device).long(),
               "centres": torch.from_numpy(shard["centres"][part]).to(device),
               "regions": torch.from_numpy(shard["regions"][part]).to(device).long()}


@torch.no_grad()
def exact(model: PlateReader, images: np.ndarray, wanted: list[str], device: torch.device) -> float:
    """Share of crops read without a mistake."""
    model.eval()
    reads: list[str] = []
    for i in range(0, len(images), 256):
        reads += texts(model(to_pictures(images[i:i + 256], device)))[0]
    return float(np.mean([a == b for a, b in zip(reads, wanted)])) if wanted else 0.0


class Judge:
    """Rendered validation crops and held-out crops of training sets. "score", half of it rendered, half real, chooses
    the checkpoint: all real crops together, because the smallest set has a dozen."""

    def __init__(self, cache: Path, taught: Sequence[Path], device: torch.device, count: int):
        rendered, self.device = data.validation(cache, count), device
        self.sets = {"rendered": (rendered["images"], ["".join(data.ALPHABET[i] for i in row if i != PAD) for row in rendered["signs"]])}
        real = data.real_crops(True, taught)
        for name in sorted({c[2] for c in real}):
            self.sets[name] = (np.stack([camera.stretched(i) for i, _, s in real if s == name]), [t for _, t, s in real if s == name])

    def __call__(self, model: PlateReader) -> dict[str, float]:
        figures = {name: exact(model, *pair, self.device) for name, pair in self.sets.items()}
        real = {name: len(truth) for name, (_, truth) in self.sets.items() if name != "rendered"}
        pooled = sum(figures[name] * count for name, count in real.items()) / max(sum(real.values()), 1)
        figures["score"] = (figures["rendered"] + pooled) / 2
        return figures


def rate(crops: int, total: int, peak: float) -> float:
    """Learning rate after so many of `total` crops."""
    rise, fall = min(1.0, crops / 60_000), min(1.0, max(0.0, (total - crops) / (total / 3)))
    return peak * min(rise, fall) + 1e-6


class Run:
    """Model, its slow average, optimiser, and how far it got."""

    def __init__(self, out: Path, device: torch.device, seed: int, begin_with: Path | None = None, seen: np.ndarray | None = None):
        torch.manual_seed(seed)
        self.out, self.device, self.crops, self.best = out, device, 0, -1.0
        self.model = PlateReader(len(data.regions()))
        if begin_with is not None and seen is not None:
            shipped.restore(self.model, begin_with, to_pictures(seen, torch.device("cpu")))
        self.model = self.model.to(device, memory_format=torch.channels_last)
        self.average = PlateReader(len(data.regions())).to(device, memory_format=torch.channels_last)
        self.average.load_state_dict(self.model.state_dict())
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.02, fused=True)
        if (out / "last.pt").is_file():
            state = torch.load(out / "last.pt", map_location=device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.crops, self.best = state["crops"], state["best"]
            print(f"goes on from {out / 'last.pt'} after {self.crops} crops", flush=True)

    @torch.no_grad()
    def follow(self) -> None:
        """The average follows the model, faster at the start."""
        decay = min(0.9985, (1 + self.crops / 128) / (20 + self.crops / 128))
        for slow, fast in zip(self.average.state_dict().values(), self.model.state_dict().values()):
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - decay)
            else:
                slow.copy_(fast)

    def save(self, name: str) -> None:
        state = {"average": self.average.state_dict(), "crops": self.crops, "best": self.best, "regions": data.regions()}
        if name == "last.pt":
            state |= {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        torch.save(state, self.out / (name + ".tmp"))
        (self.out / (name + ".tmp")).rename(self.out / name)

    def step(self, batch: dict[str, Tensor], lr: float) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        self.model.train()
        total, signs = loss_of(self.model, batch)
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        self.optimiser.step()
        self.crops += len(batch["signs"])
        self.follow()
        return float(signs)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and log")
    parser.add_argument("--cache", type=Path, help="rendered shards, some GB (default: OUT/cache)")
    parser.add_argument("--taught", type=Path, action="append", default=[], help="crops of training.reader.teach or training.streets; may be given again")
    parser.add_argument("--from", dest="begin_with", type=Path, metavar="ONNX", help="a reader that was shipped, to begin with in place of random weights")
    parser.add_argument("--crops", type=int, default=2_000_000)
    parser.add_argument("--finish-in", type=float, default=0, metavar="MINUTES",
                        help="end after so long from now, the learning rate falling all the time, whatever --crops says")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep", type=int, default=60, help="shards kept on disk")
    parser.add_argument("--real", type=float, default=0.12, help="share of real crops")
    parser.add_argument("--judge-minutes", type=float, default=6)
    parser.add_argument("--validation", type=int, default=2048)
    return parser.parse_args()


def main() -> None:
    a = arguments()
    torch.set_num_threads(a.threads)
    cv2.setNumThreads(1)
    random.seed(a.seed)
    a.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    cache = a.cache or a.out / "cache"
    stream = shards.Stream(cache, data.Filler, (a.taught, a.real), workers=a.workers, seed=a.seed, keep=a.keep)
    judge = Judge(cache, a.taught, device, a.validation)
    run = Run(a.out, device, a.seed, a.begin_with, judge.sets["rendered"][0][:512])
    print(f"{parameters(run.model)} parameters on {device}; judged by {({k: len(v[1]) for k, v in judge.sets.items()})}", flush=True)
    rng, saved, judged, began, first = np.random.default_rng(a.seed + run.crops), time.time(), time.time(), time.time(), run.crops
    done = False

    def lr_now() -> float:
        if a.finish_in:
            return a.lr * max(0.0, 1 - (time.time() - began) / (60 * a.finish_in)) + 1e-6
        return rate(run.crops, a.crops, a.lr)

    while not done:
        losses = [run.step(b, lr_now()) for b in batches(next(stream), a.batch, device, rng)]
        done = time.time() - began > 60 * a.finish_in if a.finish_in else run.crops >= a.crops
        speed = (run.crops - first) / (time.time() - began)
        print(f"{run.crops} crops, loss {np.mean(losses):.4f}, {speed:.0f}/s, shard {stream.next}", flush=True)
        if done or time.time() - judged > a.judge_minutes * 60:
            figures, judged = judge(run.average), time.time()
            with (a.out / "log.tsv").open("a") as log:
                log.write(f"{run.crops}\t{np.mean(losses):.4f}\t" + "\t".join(f"{k}={v:.4f}" for k, v in figures.items()) + "\n")
            print({k: round(v, 4) for k, v in figures.items()}, flush=True)
            if figures["score"] > run.best:
                run.best = figures["score"]
                run.save("best.pt")
        if done or time.time() - saved > 150:
            run.save("last.pt")
            saved = time.time()


if __name__ == "__main__":
    main()
