#!/usr/bin/env python3
"""What a set of models finds of the demo street, whose ground truth is known: synthetic pictures, said so in every figure.

Renders the street (once), takes a picture of it every half second, and lets `vedette process` look at each picture by
itself. Prints, as JSON, the share of the vehicles and people that were found (half of them visible at least, boxes
overlapping by half: IoU 0.5), by kind, and the share of the plates of at least 20 pixels that were read exactly.

With --passes the program follows the street as a video, and the shares are of passes: of the vehicles and people that are at
least half visible for a second, how many have a sighting whose best view overlaps them by half; and of the vehicles whose plate is
once at least 20 pixels high and not hidden, how many have its text.

usage: demo_truth.py BINARY [--models DIR] [--street URL] [--every SECONDS] [--overlap IOU] [--score S] [--passes]
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
SHARED = pathlib.Path(os.environ.get("VEDETTE_SHARED", SOURCE / "../shared"))
VEHICLES = {"car", "truck", "bus", "motorcycle", "bicycle"}
LEAST_VISIBLE = 0.5
READABLE_PX = 20


def with_cache_of(street):
    """An environment in which the program keeps this street and no other."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    return os.environ | {"XDG_CACHE_HOME": str(cache / "vedette/bench" / hashlib.sha256(street.encode()).hexdigest()[:12])}


def rendered(binary, street):
    """The clip and its truth, as the program keeps them."""
    environment = with_cache_of(street)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        config.write("lpr: { enabled: false }\nmodels: { object: { id: none } }\n")
        config.flush()
        subprocess.run([binary, "process", "--quiet", "--config", config.name, street], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, env=environment)
    clip, = pathlib.Path(environment["XDG_CACHE_HOME"], "vedette/demo").glob("*.mp4")
    return clip, json.loads(clip.with_suffix(".truth.json").read_text())


def overlap(a, b):
    """Intersection over union of two boxes (left, top, width, height)."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def group(label):
    return "vehicle" if label in VEHICLES else label


def seen_in(binary, models, pictures, least_score):
    """Sightings by the name of their picture."""
    config = pathlib.Path(pictures, "vedette.yaml")
    config.write_text("objects:\n  filters:\n" + "".join(
        f"    {label}: {{ min_score: {least_score}, threshold: {least_score} }}\n" for label in sorted(VEHICLES | {"person"})))
    files = sorted(map(str, pathlib.Path(pictures).glob("*.png")))  # one by one: a folder would be followed as a video
    out = subprocess.run([binary, "process", "--quiet", "--out", "-", "--config", str(config), *models, *files], check=True, capture_output=True,
                         stdin=subprocess.DEVNULL, text=True).stdout
    seen = collections.defaultdict(list)
    for line in out.splitlines():
        event = json.loads(line)
        seen[pathlib.Path(event["source"]).name].append(event)
    return seen


def best_match(wanted, events, least):
    """The sighting of the same group that overlaps it most; none below `least`."""
    pairs = [(overlap(wanted["box"], event["box"]), i) for i, event in enumerate(events)
             if group(event["label"]) == group(wanted["label"])]
    best = max(pairs, default=(0, -1))
    return events[best[1]] if best[0] >= least else None


def score(frames, seen, least):
    found, total, plates = collections.Counter(), collections.Counter(), collections.Counter()
    for name, frame in frames.items():
        for wanted in frame["objects"]:
            if wanted["visible"] < LEAST_VISIBLE:
                continue
            event = best_match(wanted, seen.get(name, []), least)
            for key in {f"every {group(wanted['label'])}", f"- {wanted['kind']}"} - {"- person"}:
                total[key] += 1
                found[key] += event is not None
            plate = wanted.get("plate")
            if plate and plate["height_px"] >= READABLE_PX and plate["visible"] > 0.95:
                plates["there"] += 1
                plates["read"] += bool(event and event.get("plate", {}).get("resolved") == plate["text"])
    table = {key: {"found": found[key], "of": count, "share": round(found[key] / count, 3)}
             for key, count in sorted(total.items())}
    return table, plates


def score_passes(truth, events, least):
    """The same two tables as score(), of passes."""
    lasts, kinds, plates, found, read = collections.Counter(), {}, {}, set(), set()
    for frame in truth["frames"]:
        for thing in frame["objects"]:
            if thing["visible"] >= LEAST_VISIBLE:
                lasts[thing["id"]] += 1
                kinds[thing["id"]] = group(thing["label"]), thing["kind"]
            plate = thing.get("plate")
            if plate and plate["height_px"] >= READABLE_PX and plate["visible"] > 0.95:
                plates[thing["id"]] = plate["text"]
    for event in events:
        frame = truth["frames"][min(round(event["media_offset_us"] / 1e6 * truth["frame_rate"]), len(truth["frames"]) - 1)]
        pairs = [(overlap(thing["box"], event["box"]), thing["id"]) for thing in frame["objects"] if group(thing["label"]) == group(event["label"])]
        best = max(pairs, default=(0, None))
        if best[0] >= least:
            found.add(best[1])
            if event.get("plate", {}).get("resolved") == plates.get(best[1]):
                read.add(best[1])
    total, seen = collections.Counter(), collections.Counter()
    for one, (kind, form) in kinds.items():
        if lasts[one] >= truth["frame_rate"]:
            for key in {f"every {kind}", f"- {form}"} - {"- person"}:
                total[key] += 1
                seen[key] += one in found
    table = {key: {"found": seen[key], "of": count, "share": round(seen[key] / count, 3)} for key, count in sorted(total.items())}
    return table, {"there": len(plates), "read": len(read & set(plates))}


def passes(options):
    _, truth = rendered(options.binary, options.street)
    out = subprocess.run([options.binary, "process", "--quiet", "--out", "-", *(["--models", options.models] if options.models else []),
                          options.street], check=True, capture_output=True, stdin=subprocess.DEVNULL, text=True,
                         env=with_cache_of(options.street)).stdout
    table, plates = score_passes(truth, [json.loads(line) for line in out.splitlines()], options.overlap)
    print(json.dumps({"street": options.street, "synthetic": True, "passes": table,
                      f"plates_of_{READABLE_PX}_px": {"read": plates["read"], "of": plates["there"]}}, indent=2))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--models", help="default: the third-party models if they are there, else what the program brings")
    parser.add_argument("--street", default="demo://street?seed=7")
    parser.add_argument("--every", type=float, default=0.5)
    parser.add_argument("--overlap", type=float, default=0.5)
    parser.add_argument("--score", type=float, default=0.4, help="least of a detection; a track needs 0.6 once by default")
    parser.add_argument("--passes", action="store_true")
    options = parser.parse_args()
    if not options.models and (SHARED / "models").is_dir():
        options.models = str(SOURCE / "tests/models/third-party")
    if options.passes:
        return passes(options)
    clip, truth = rendered(options.binary, options.street)
    step = max(1, round(options.every * truth["frame_rate"]))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(clip), "-vf", f"select=not(mod(n\\,{step}))", "-vsync", "0",
                        f"{folder}/%06d.png"], check=True, stdin=subprocess.DEVNULL)
        frames = {f"{i + 1:06}.png": frame for i, frame in enumerate(truth["frames"][::step])}
        seen = seen_in(options.binary, ["--models", options.models] if options.models else [], folder, options.score)
    table, plates = score(frames, seen, options.overlap)
    print(json.dumps({"street": options.street, "synthetic": True, "pictures": len(frames), "objects": table,
                      f"plates_of_{READABLE_PX}_px": {"read": plates["read"], "of": plates["there"]}}, indent=2))


if __name__ == "__main__":
    main()
