"""Trains the plate detector. Goes on from its last checkpoint when started again.

    python -m training.detector.train --out DIR --taught DIR [--scenes 200000] [--cache DIR]

--taught is a folder of training.detector.teach or training.streets. Uses a CUDA GPU where there is one.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training import precision, shards
from training.detector import data
from training.detector.model import SIDE, STRIDES, WIDTHS, PlateDetector, plates
from training.schedule import Schedule


def assign(quads: Tensor, lines: Tensor, level: int) -> tuple[Tensor, Tensor]:
    """For each cell and size of a level the plate it answers for: 3 x rows x columns, -1: none, -2: left out.

    quads MOST x 4 x 2, lines MOST. Also gives, for each plate, whether any size of this level fits it.
    """
    stride = STRIDES[level]
    rows = SIDE // stride
    out = torch.full((3, rows, rows), -1, dtype=torch.long)
    fits = torch.zeros(len(lines), dtype=torch.bool)
    everything = [w for widths in WIDTHS for w in widths]
    for i in (lines >= 0).nonzero().flatten().tolist():
        low, high = quads[i].amin(0), quads[i].amax(0)
        if lines[i] == 0:
            x0, y0, x1, y1 = [int(v) for v in torch.cat([low // stride, high // stride + 1]).clamp(0, rows)]
            part = out[:, y0:y1, x0:x1]
            part[part == -1] = -2
            continue
        width = float((high - low)[0].clamp(min=4))
        off = [abs(math.log(width / w)) for w in everything]
        for k, widest in enumerate(WIDTHS[level]):
            distance = abs(math.log(width / widest))
            if distance > min(off) + 1e-6 and distance > math.log(1.4):
                continue
            fits[i] = True
            centre = quads[i].mean(0) / stride - 0.5
            for dx, dy in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
                x, y = round(float(centre[0])) + dx, round(float(centre[1])) + dy
                near = max(abs(x - float(centre[0])), abs(y - float(centre[1]))) < 0.95
                if near and 0 <= x < rows and 0 <= y < rows:
                    out[k, y, x] = i
    return out, fits


def loss_of(model: PlateDetector, pictures: Tensor, quads: Tensor, lines: Tensor) -> tuple[Tensor, dict[str, float]]:
    with precision.quickest(pictures.device):
        raws = model.raw(pictures)
    seen, places, kinds, hits = pictures.new_zeros(()), pictures.new_zeros(()), pictures.new_zeros(()), 0
    for level, raw in enumerate(raws):
        raw = raw.float()
        owner = torch.stack([assign(q, n, level)[0] for q, n in zip(quads.cpu(), lines.cpu())]).to(raw.device)
        positive = owner >= 0
        error = F.binary_cross_entropy_with_logits(raw[..., 4], positive.float(), reduction="none")
        p = raw[..., 4].sigmoid().detach()
        seen = seen + (error * (positive.float() - p).abs().pow(1.5) * (owner != -2)).sum()
        if not positive.any():
            continue
        n, k, y, x = positive.nonzero(as_tuple=True)
        truth, mine = quads[n, owner[n, k, y, x]], raw[n, k, y, x]
        unit = torch.tensor(WIDTHS[level], device=raw.device, dtype=raw.dtype)[k]
        cell = (torch.stack([x, y], -1).float() + 0.5) * STRIDES[level]
        low, high = truth.amin(1), truth.amax(1)
        wanted = torch.cat([((low + high) / 2 - cell) / STRIDES[level],
                            torch.log((high - low).clamp(min=2) / (unit[:, None] * torch.tensor([1.0, 0.4], device=raw.device)))], -1)
        corners = ((truth - cell[:, None]) / unit[:, None, None]).flatten(1)
        places = places + F.smooth_l1_loss(mine[:, :4], wanted, beta=0.1, reduction="sum") + 4 * F.smooth_l1_loss(mine[:, 5:13], corners, beta=0.05, reduction="sum")
        kinds = kinds + F.cross_entropy(mine[:, 13:15], lines[n, owner[n, k, y, x]].long() - 1, reduction="sum")
        hits += len(n)
    hits = max(hits, 1)
    parts = {"seen": seen.detach().item() / hits, "places": places.detach().item() / hits, "kinds": kinds.detach().item() / hits}
    return (seen * 2 + places * 0.5 + kinds * 0.2) / hits, parts


def overlaps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes n x 4 and m x 4 (corners): n x m."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(-1)
    area = lambda v: (v[:, 2] - v[:, 0]) * (v[:, 3] - v[:, 1])
    return shared / (area(a)[:, None] + area(b)[None] - shared + 1e-6)


def found(rows: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one picture (cells x 15) -> boxes by corners, best first, and scores, overlaps removed."""
    score = rows[:, 4] * rows[:, 13:15].max(1)
    rows, score = rows[score >= least], score[score >= least]
    order = np.argsort(-score)[:200]
    rows, score, kept = rows[order], score[order], []
    boxes = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2], 1)
    for i in range(len(boxes)):
        if not kept or overlaps(boxes[i:i + 1], boxes[kept]).max() < 0.4:
            kept.append(i)
    return boxes[kept], score[kept]


@torch.no_grad()
def judge(model: PlateDetector, shard: shards.Shard, device: torch.device) -> dict[str, float]:
    """Recall and precision at IoU 0.5 and score 0.4 on held-out scenes; places left out count for neither."""
    model.eval()
    right = wanted = answers = 0
    for i in range(0, len(shard["pictures"]), 16):
        pictures = torch.from_numpy(shard["pictures"][i:i + 16]).to(device).permute(0, 3, 1, 2).float() / 255
        for rows, quads, lines in zip(model(pictures).float().cpu().numpy(), shard["quads"][i:], shard["lines"][i:]):
            boxes, _ = found(rows, 0.4)
            around = np.concatenate([quads.min(1), quads.max(1)], 1)
            truth, spared = around[lines > 0], around[lines == 0]
            hit = overlaps(boxes, truth) > 0.5 if len(boxes) and len(truth) else np.zeros((len(boxes), len(truth)), bool)
            free = overlaps(boxes, spared).max(1) > 0.1 if len(boxes) and len(spared) else np.zeros(len(boxes), bool)
            right, wanted, answers = right + hit.any(0).sum(), wanted + len(truth), answers + (~free | hit.any(1)).sum()
    recall, precision = right / max(wanted, 1), right / max(answers, 1)
    return {"recall": float(recall), "precision": float(precision), "f1": float(2 * recall * precision / max(recall + precision, 1e-6))}


class Run:
    """Model, optimiser, and how far it got."""

    def __init__(self, out: Path, device: torch.device, seed: int):
        torch.manual_seed(seed)
        self.out, self.scenes, self.best = out, 0, -1.0
        self.model = PlateDetector().to(device, memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.02, fused=True)
        if (out / "last.pt").is_file():
            state = torch.load(out / "last.pt", map_location=device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.scenes, self.best = state["scenes"], state["best"]

    def save(self, name: str) -> None:
        state = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "scenes": self.scenes, "best": self.best}
        torch.save(state, self.out / (name + ".tmp"))
        (self.out / (name + ".tmp")).rename(self.out / name)

    def step(self, pictures: Tensor, quads: Tensor, lines: Tensor, rate: float) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.model.train()
        total, parts = loss_of(self.model, pictures, quads, lines)
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.scenes += len(pictures)
        return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--taught", type=Path, required=True, action="append", help="may be given again")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--scenes", type=int, default=200_000)
    parser.add_argument("--finish-in", type=float, default=0, metavar="MINUTES", help="end after so long from now, whatever --scenes says")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep", type=int, default=40)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    cv2.setNumThreads(1)
    a.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    cache = a.cache or a.out / "cache"
    stream = shards.Stream(cache, data.Filler, (a.taught,), workers=a.workers, seed=a.seed, keep=a.keep)
    held, run = data.validation(cache, a.taught), Run(a.out, device, a.seed)
    rng, judged, began, first = np.random.default_rng(a.seed + run.scenes), time.time(), time.time(), run.scenes
    schedule = Schedule(a.scenes, a.finish_in)
    while schedule.share(run.scenes) < 1:
        shard, parts = next(stream), {}
        order = rng.permutation(len(shard["pictures"]))
        for i in range(0, len(order) - a.batch + 1, a.batch):
            part = order[i:i + a.batch]
            parts = run.step(torch.from_numpy(shard["pictures"][part]).to(device).permute(0, 3, 1, 2).float() / 255,
                             torch.from_numpy(shard["quads"][part]).to(device), torch.from_numpy(shard["lines"][part]).to(device),
                             schedule.rate(run.scenes, a.lr, 4000))
        print(f"{run.scenes} scenes, {({k: round(v, 3) for k, v in parts.items()})}, {(run.scenes - first) / (time.time() - began):.0f}/s", flush=True)
        if schedule.share(run.scenes) >= 1 or time.time() - judged > 300:
            figures, judged = judge(run.model, held, device), time.time()
            print({k: round(v, 4) for k, v in figures.items()}, flush=True)
            if figures["f1"] > run.best:
                run.best = figures["f1"]
                run.save("best.pt")
            run.save("last.pt")


if __name__ == "__main__":
    main()
