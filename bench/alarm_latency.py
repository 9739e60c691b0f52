#!/usr/bin/env python3
"""How soon `vedette run` tells of two plates that are together, after the sighting that decides it.

Three cameras at three places show the same demo street over and over, so what one reads the others read as well. The simple
rule of following tells when the subject and another plate were read together at two of them. Noted is when each sighting is in
the API, and when the counter of the rule goes up. Prints JSON. Run by hand; needs models that read the demo's plates.

usage: alarm_latency.py BINARY SUBJECT [--seconds S] [--models DIR]
"""
import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from measuring import end, free_port

SCENE = "demo://street?seed=7&seconds=24&width=960&height=540&time=day"


def configuration(subject):
    cameras = {f"c{i}": {"inputs": [{"path": SCENE}], "location": {"lat": 52 + i / 20, "lon": 13}} for i in range(3)}
    return {"watchlists": {"me": {"kind": "known", "plates": [subject]}}, "record": {"enabled": False}, "cameras": cameras,
            "lpr": {"dedupe_window": "1s"},
            "following": {"enabled": True, "subjects": ["me"], "simple_rule": {"enabled": True, "min_detections": 2}}}


def watch(address, seconds):
    """When each sighting was first shown, by the time of its best view and its plate; and when the rule told something."""
    shown, told, until = {}, [], time.time() + seconds
    while time.time() < until:
        try:
            recent = json.load(urllib.request.urlopen(f"{address}/events/recent?limit=50", timeout=5))["events"]
            metrics = urllib.request.urlopen(f"{address}/metrics", timeout=5).read().decode()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)  # it is starting
            continue
        now = time.time()
        for event in recent:
            if event.get("plate"):
                shown.setdefault((event["best_seen"], event["plate"]["resolved"]), now)
        count = re.search(r"^app_following_together_total (\S+)$", metrics, re.M)
        while count and len(told) < float(count[1]):
            told.append(now)
        time.sleep(0.02)
    return shown, told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("subject", help="a plate of the demo street")
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--models")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, port = pathlib.Path(name), free_port()
        (folder / "vedette.yaml").write_text(json.dumps(configuration(options.subject)))
        server = subprocess.Popen(
            [options.binary, "run", "--config", folder / "vedette.yaml", "--data", folder / "data", "--listen",
             f"127.0.0.1:{port}", *(["--models", options.models] if options.models else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            shown, told = watch(f"http://127.0.0.1:{port}", options.seconds)
        finally:
            end(server)
        said = subprocess.run([options.binary, "replay", "--data", folder / "data", "--kind", "following.together"],
                              capture_output=True, text=True, check=True).stdout.splitlines()
    pairs = []
    for event, when in zip(map(json.loads, said), told):
        decided = [at for (best, plate), at in shown.items()
                   if best == event["last"] and plate in (event["plate"], event["subject"])]
        pairs.append({"plate": event["plate"], "seconds": round(when - max(decided), 2) if decided else None})
    print(json.dumps({"sightings_with_plate": len(shown), "told": pairs}, indent=2))


if __name__ == "__main__":
    main()
