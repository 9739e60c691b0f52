"""Trains the object detector. Goes on from its last checkpoint when started again.

    python -m training.objects.train --out DIR --taught DIR [--scenes 300000 | --finish-in MINUTES] [--cache DIR]

--taught is a folder of training.objects.teach or training.streets. A run begins with small pictures, which is quicker. Uses
a CUDA GPU where there is one. Writes OUT/last.pt every few minutes, OUT/best.pt when the held-out pictures are seen
better, OUT/log.tsv.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training import precision, restoring, shards
from training.objects import data
from training.objects.model import CLASSES, SIDE, STRIDES, ObjectDetector, boxes, cells
from training.schedule import Schedule

SIDES = ((192, 0.35), (288, 0.8), (SIDE, 1.0))  # px, and until which share of a run: small pictures are quick to learn the first things from
NEAREST = 9  # cells that may answer for one thing


def corners(centred: Tensor) -> Tensor:
    """... x 4 centre and size -> left, top, right, bottom."""
    middle, half = centred[..., :2], centred[..., 2:] / 2
    return torch.cat([middle - half, middle + half], -1)


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of boxes by their corners, shapes that broadcast."""
    shared = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    return shared / ((a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - shared + 1e-6)


@torch.no_grad()
def assign(points: Tensor, steps: Tensor, found: Tensor, scores: Tensor, truth: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
    """Which cell answers for which thing, and how well it should: task-aligned (Feng et al., TOOD, ICCV 2021).

    points A x 2, steps A (strides), found N x A x 4 (corners), scores N x A x C, truth N x M x 4, kinds N x M.
    Gives owner N x A (index into M; -1: none; -2: left out) and worth N x A (0..1).
    """
    wanted, spared = kinds >= 0, kinds == -2
    middle, size = (truth[..., :2] + truth[..., 2:]) / 2, truth[..., 2:] - truth[..., :2]
    near = torch.maximum(size[:, None] / 2, steps[None, :, None, None] * 0.75)
    inside = ((points[None, :, None] - middle[:, None]).abs() < near).all(-1)  # N x A x M
    iou = overlap(found[:, :, None], truth[:, None])
    of_kind = scores.gather(2, kinds.clamp(min=0).long()[:, None].expand(-1, scores.shape[1], -1))
    metric = (of_kind.clamp(min=1e-4).sqrt() * iou.pow(4) + 1e-9) * (inside & wanted[:, None])
    least = metric.topk(min(NEAREST, metric.shape[1]), 1).values[:, -1:]
    metric = metric * (metric >= least)
    best, owner = metric.max(2)
    peak, reach = metric.amax(1, keepdim=True), (iou * (metric > 0)).amax(1, keepdim=True)
    worth = (metric / (peak + 1e-9) * reach).gather(2, owner[..., None])[..., 0]
    left_out = ((points[None, :, None] > truth[:, None, :, :2]).all(-1) & (points[None, :, None] < truth[:, None, :, 2:]).all(-1) & spared[:, None]).any(2)
    owner = torch.where(best > 0, owner, torch.where(left_out, -2, -1))
    return owner, worth * (best > 0)


def loss_of(model: ObjectDetector, pictures: Tensor, truth: Tensor, kinds: Tensor) -> tuple[Tensor, dict[str, float]]:
    with precision.quickest(pictures.device):
        raws = model.raw(pictures)
    raws = [r.float() for r in raws]
    most = max(1, int((kinds != -1).sum(1).max()))  # places after the last thing of the fullest picture are empty
    truth, kinds = truth[:, :most], kinds[:, :most]
    found = torch.cat([corners(boxes(r, s).flatten(2).transpose(1, 2)) for r, s in zip(raws, STRIDES)], 1)
    logits = torch.cat([r[:, 4:].flatten(2).transpose(1, 2) for r in raws], 1)
    points = torch.cat([cells(r, s).flatten(1).T for r, s in zip(raws, STRIDES)])
    steps = torch.cat([torch.full((r.shape[2] * r.shape[3],), float(s), device=r.device) for r, s in zip(raws, STRIDES)])
    owner, worth = assign(points, steps, found.detach(), logits.detach().sigmoid(), truth, kinds)
    n, a = (owner >= 0).nonzero(as_tuple=True)
    wanted = torch.zeros_like(logits)
    wanted[n, a, kinds[n, owner[n, a]].long()] = worth[n, a]
    error = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    balance = (wanted - logits.detach().sigmoid()).abs().pow(1.5)
    total = worth.sum().clamp(min=1)
    seen = (error * balance * (owner != -2)[..., None]).sum() / total
    mine, theirs = found[n, a], truth[n, owner[n, a]]
    outer = (torch.maximum(mine[:, 2:], theirs[:, 2:]) - torch.minimum(mine[:, :2], theirs[:, :2])).prod(-1)
    iou = overlap(mine, theirs)
    areas = (mine[:, 2:] - mine[:, :2]).prod(-1) + (theirs[:, 2:] - theirs[:, :2]).prod(-1)
    union = areas / (1 + iou)
    giou = iou - (outer - union) / (outer + 1e-6)  # Rezatofighi et al., CVPR 2019
    place = ((1 - giou) * worth[n, a]).sum() / total
    return 3 * seen + 2.5 * place, {"seen": seen.detach().item(), "place": place.detach().item()}


def answers(rows: np.ndarray, least: float, most: int = 100) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One picture's output (10 x cells) -> boxes by corners, scores, kinds, best first, overlaps of a kind removed."""
    kinds, scores = rows[4:].argmax(0), rows[4:].max(0)
    order = [i for i in np.argsort(-scores)[:300] if scores[i] >= least]
    placed = np.concatenate([rows[:2, order] - rows[2:4, order] / 2, rows[:2, order] + rows[2:4, order] / 2]).T
    kept: list[int] = []
    for i, index in enumerate(order):
        same = [k for k in kept if kinds[order[k]] == kinds[index]]
        if not same or overlap(torch.from_numpy(placed[i:i + 1]), torch.from_numpy(placed[same])).max() < 0.5:
            kept.append(i)
    kept = kept[:most]
    return placed[kept], scores[[order[k] for k in kept]], kinds[[order[k] for k in kept]]


def average_precision(found: list[tuple[float, bool]], wanted: int) -> float:
    """Area under precision over recall, precision made falling. found: score, right."""
    if not wanted:
        return float("nan")
    right = np.array([r for _, r in sorted(found, key=lambda f: -f[0])], float)
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(right) + 1) if len(right) else np.zeros(0)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((falling * right).sum() / wanted)


@torch.no_grad()
def matched(model: ObjectDetector, shard: shards.Shard, device: torch.device) -> dict[int, list[tuple[float, bool]]]:
    """For each kind what was answered, score and whether it's right (IoU 0.5); answers on places left out are not among them."""
    model.eval()
    found: dict[int, list[tuple[float, bool]]] = {k: [] for k in range(len(CLASSES))}
    for i in range(0, len(shard["pictures"]), 16):
        outputs = model(to_pictures(shard["pictures"][i:i + 16], device)).float().cpu().numpy()
        for rows, truth, kinds in zip(outputs, shard["boxes"][i:], shard["kinds"][i:]):
            placed, scores, mine = answers(rows, 0.02)
            iou = overlap(torch.from_numpy(placed)[:, None], torch.from_numpy(truth)[None]).numpy() if len(placed) else np.zeros((0, len(truth)))
            taken: set[int] = set()
            for j in range(len(placed)):
                fits = [t for t in np.argsort(-iou[j]) if kinds[t] == mine[j] and iou[j, t] >= 0.5 and t not in taken]
                if fits:
                    taken.add(fits[0])
                elif any(kinds[t] == -2 and iou[j, t] > 0.2 for t in range(len(truth))):
                    continue
                found[int(mine[j])].append((float(scores[j]), bool(fits)))
    return found


def judge(model: ObjectDetector, shard: shards.Shard, device: torch.device) -> dict[str, float]:
    """AP at IoU 0.5 of each kind on held-out pictures, and their mean."""
    found = matched(model, shard, device)
    figures = {name: average_precision(found[k], int((shard["kinds"] == k).sum())) for k, name in enumerate(CLASSES)}
    return {"mean": float(np.nanmean(list(figures.values()))), **figures}


def to_pictures(images: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float() / 255


class Run:
    """Model, its slow average, optimiser, and how far it got."""

    def __init__(self, out: Path, device: torch.device, seed: int, begin_with: Path | None = None, seen: np.ndarray | None = None):
        torch.manual_seed(seed)
        self.out, self.scenes, self.best = out, 0, -1.0
        self.model, self.average = (ObjectDetector().to(device, memory_format=torch.channels_last) for _ in range(2))
        if begin_with is not None and seen is not None:
            part, pictures = self.model.to8, to_pictures(seen, device)
            restoring.set_convolutions(part, restoring.convolutions(begin_with)[:len([m for m in part.modules() if isinstance(m, nn.Conv2d)])],
                                       lambda: self.model.eval().to8(pictures))
        self.average.load_state_dict(self.model.state_dict())
        still = [p for p in self.model.parameters() if p.ndim == 1]
        self.optimiser = torch.optim.AdamW([{"params": [p for p in self.model.parameters() if p.ndim > 1], "weight_decay": 0.03},
                                            {"params": still, "weight_decay": 0.0}], lr=1e-3, fused=True)
        if (out / "last.pt").is_file():
            state = torch.load(out / "last.pt", map_location=device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.scenes, self.best = state["scenes"], state["best"]
            print(f"goes on from {out / 'last.pt'} after {self.scenes} scenes", flush=True)

    @torch.no_grad()
    def follow(self, batch: int) -> None:
        """The average follows the model, faster at the start."""
        steps = self.scenes / batch
        decay = min(0.998, (1 + steps) / (20 + steps))
        for slow, fast in zip(self.average.state_dict().values(), self.model.state_dict().values()):
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - decay)
            else:
                slow.copy_(fast)

    def save(self, name: str) -> None:
        state = {"average": self.average.state_dict(), "scenes": self.scenes, "best": self.best}
        if name == "last.pt":
            state |= {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        torch.save(state, self.out / (name + ".tmp"))
        (self.out / (name + ".tmp")).rename(self.out / name)

    def step(self, pictures: Tensor, truth: Tensor, kinds: Tensor, rate: float) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.model.train()
        total, parts = loss_of(self.model, pictures, truth, kinds)
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 8.0)
        self.optimiser.step()
        self.scenes += len(pictures)
        self.follow(len(pictures))
        return parts


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--taught", type=Path, required=True, action="append", help="may be given again")
    parser.add_argument("--from", dest="begin_with", type=Path, metavar="ONNX", help="our plate detector, whose first layers, up to stride 8, are alike")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--scenes", type=int, default=300_000)
    parser.add_argument("--finish-in", type=float, default=0, metavar="MINUTES", help="end after so long from now, whatever --scenes says")
    parser.add_argument("--over", type=float, default=0, metavar="SHARE", help="with --finish-in: how much of the run is over already, 0..1")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep", type=int, default=40)
    parser.add_argument("--judge-minutes", type=float, default=8)
    return parser.parse_args()


def main() -> None:
    a = arguments()
    torch.set_num_threads(a.threads)
    cv2.setNumThreads(1)
    a.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    held = data.validation(a.taught, SIDE)
    run, schedule = Run(a.out, device, a.seed, a.begin_with, held["pictures"][:64]), Schedule(a.scenes, a.finish_in, a.over)
    print(f"{sum(p.numel() for p in run.model.parameters())} parameters on {device}, judged by {len(held['pictures'])} pictures", flush=True)
    rng, judged, began, first = np.random.default_rng(a.seed + run.scenes), time.time(), time.time(), run.scenes
    for side, until in SIDES:
        if schedule.share(run.scenes) >= until:
            continue
        stream = shards.Stream((a.cache or a.out / "cache") / str(side), data.Filler, (a.taught, side), workers=a.workers, seed=a.seed, keep=a.keep)
        while schedule.share(run.scenes) < until:
            shard, parts = next(stream), {}
            order = rng.permutation(len(shard["pictures"]))
            for i in range(0, len(order) - a.batch + 1, a.batch):
                part = order[i:i + a.batch]
                parts = run.step(to_pictures(shard["pictures"][part], device), torch.from_numpy(shard["boxes"][part]).to(device),
                                 torch.from_numpy(shard["kinds"][part]).to(device), schedule.rate(run.scenes, a.lr, 6000))
            print(f"{run.scenes} scenes of {side}, {({k: round(v, 3) for k, v in parts.items()})}, {(run.scenes - first) / (time.time() - began):.0f}/s", flush=True)
            if schedule.share(run.scenes) >= 1 or time.time() - judged > 60 * a.judge_minutes:
                figures, judged = judge(run.average, held, device), time.time()
                with (a.out / "log.tsv").open("a") as log:
                    log.write(f"{run.scenes}\t" + "\t".join(f"{k}={v:.4f}" for k, v in figures.items()) + "\n")
                print({k: round(v, 3) for k, v in figures.items()}, flush=True)
                if figures["mean"] > run.best:
                    run.best = figures["mean"]
                    run.save("best.pt")
                run.save("last.pt")
        stream.close()


if __name__ == "__main__":
    main()
