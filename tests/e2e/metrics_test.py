"""What a server shows Prometheus: as promtool wants it, as docs/reference/metrics.md says it, and never more of it.

VEDETTE_UPDATE_GOLDEN=1 writes the page's table anew."""
import os
import re
import shutil
import subprocess
import unittest
import urllib.error
import urllib.parse
import urllib.request

from server_support import Server, wait_until
from support import SHARED, SOURCE, THIRD_PARTY, Case, make_clip

PAGE = SOURCE / "docs/reference/metrics.md"
HEAD = "| name | kind | labels | what |\n| --- | --- | --- | --- |\n"
# Values of these come from the configuration or the program's own tables, and are not worth listing.
OPEN_LABELS = {"camera", "engine", "from", "model", "route", "subscriber", "tier", "to", "version"}
CLOSED_LABELS = {"kind", "reason", "role", "state", "status", "verdict"}


class Family:
    def __init__(self, help_text):
        self.help, self.kind, self.labels, self.series = help_text, "", {}, set()

    def add(self, labels):
        labels = tuple((name, value) for name, value in labels if name != "le")
        self.series.add(labels)
        for name, value in labels:
            self.labels.setdefault(name, set()).add(value)

    def row(self, name):
        labels = ", ".join(f"`{label}`" + (f": {' '.join(sorted(values))}" if label in CLOSED_LABELS else "")
                           for label, values in sorted(self.labels.items()))
        return f"| `{name}` | {self.kind} | {labels} | {self.help} |\n"


def families_of(text):
    """Prometheus' text format -> {name: Family}"""
    families = {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, help_text = line.split(" ", 3)
            families[name] = Family(help_text)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            families[name].kind = kind
        elif line:
            name, labels = re.match(r"([a-z_0-9]+)(?:\{(.*)\})? \S+$", line).groups()
            if name not in families:
                name = re.sub("_(bucket|sum|count)$", "", name)
            families[name].add(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', labels or ""))
    return families


class Metrics(Case):
    def setUp(self):
        super().setUp()
        clip = make_clip(self.folder / "gate.mp4", seconds=1)
        self.has_models = (SHARED / "models").is_dir()
        models = ["--models", THIRD_PARTY] if self.has_models else []
        config = self.folder / "vedette.yaml"
        (self.folder / "nas").mkdir()
        (self.folder / "nas/.vedette-tier").touch()
        config.write_text(f"record: {{ enabled: true, encode: {{ enabled: true }} }}\nstorage:\n  tiers: [{{ path: {self.folder}/first }}, "
                          f"{{ path: {self.folder}/nas, move_after: 1d }}]\n"
                          f"cameras: {{ gate: {{ inputs: [{{ path: {clip} }}] }} }}\n")
        self.server = Server(self, "--config", config, *models)
        self.server.wait_for("cameras/gate", lambda camera: camera["frames"] >= 25, seconds=120)

    def metrics(self):
        with urllib.request.urlopen(self.server.url + "metrics", timeout=20) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            return answer.read().decode()

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (Debian's package prometheus)")
    def test_promtool_finds_nothing_to_say(self):
        done = subprocess.run(["promtool", "check", "metrics"], input=self.metrics(), capture_output=True, text=True,
                              timeout=60)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (Debian's package prometheus)")
    def test_the_pages_alerts_are_rules(self):
        rules = self.folder / "rules.yml"
        rules.write_text(re.search(r"```yaml\n(groups:.*?)```", PAGE.read_text(), re.S).group(1))
        done = subprocess.run(["promtool", "check", "rules", rules], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        known = families_of(self.metrics())
        for name in re.findall(r"[a-z]+_[a-z_]+(?=[\[{ ])", rules.read_text()):
            self.assertIn(name, known)

    def test_the_page_names_every_metric(self):
        families = families_of(self.metrics())
        rows = {name: family.row(name) for name, family in families.items()}
        before, _, table = PAGE.read_text().partition(HEAD)
        if os.environ.get("VEDETTE_UPDATE_GOLDEN") == "1":
            self.assertTrue(self.has_models, "without models some metrics are missing")
            PAGE.write_text(before + HEAD + "".join(row for _, row in sorted(rows.items())))
            return
        described = {re.match(r"\| `([a-z_]+)`", row).group(1): row for row in table.splitlines(keepends=True)}
        if not self.has_models:
            described = {name: row for name, row in described.items() if not name.startswith("infer_")}
        self.assertEqual(described, rows)

    def test_every_stage_of_a_picture_is_timed(self):
        stages = ["decode", "wait", "detect", "handover", "analyse", "frame_to_event"]
        counts = [f'pipeline_{stage}_seconds_count{{camera="gate"}}' for stage in stages]
        values = wait_until(lambda: dict(line.rsplit(" ", 1) for line in self.metrics().splitlines() if line[0] != "#"),
                            lambda values: float(values[counts[-1]]) > 0, "a picture's way", 60)
        for name in counts:
            self.assertGreater(float(values[name]), 0, name)
        self.assertEqual(values['pipeline_camera_state{camera="gate",state="online"}'], "1")
        self.assertEqual(values['pipeline_camera_state{camera="gate",state="offline"}'], "0")
        self.assertGreater(float(values["app_record_seconds_count"]), 0)  # at least that the camera is online
        self.assertGreater(float(values["process_cpu_seconds_total"]), 0)
        if self.has_models:
            runs = [float(value) for name, value in values.items() if name.startswith("infer_run_seconds_count")]
            self.assertGreater(max(runs), 0)

    def test_nothing_from_outside_becomes_a_label(self):
        before = families_of(self.metrics())
        strangers = ["XYZZY77", "plugh", "..%2f..%2fetc"]
        for stranger in strangers:
            for path in ("events/plate/", "cameras/", "events/", "snapshots/", "", "events/camera/"):
                self.ask(path + stranger + "?" + urllib.parse.urlencode({stranger: stranger}))
        text = self.metrics()
        for stranger in strangers:
            self.assertNotIn(stranger, text)
        after = families_of(text)
        for name, family in after.items():
            self.assertLessEqual(set(family.labels), OPEN_LABELS | CLOSED_LABELS, name)
            self.assertEqual(family.series, before[name].series, name)

    def ask(self, path):
        try:
            urllib.request.urlopen(self.server.url + path, timeout=20).close()
        except urllib.error.HTTPError as refused:
            refused.close()


if __name__ == "__main__":
    unittest.main()
