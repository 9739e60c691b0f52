"""The commands beside `process`, on good and bad input."""
import json
import re
import unittest

from support import SHARED, SOURCE, THIRD_PARTY, Case, make_clip, needs_shared


class Help(Case):
    def test_every_command_is_listed_and_explains_itself(self):
        text = self.succeed("--help").stdout
        for command in ("process", "demo", "read-plate", "eval", "config", "models", "doctor", "discover", "backup",
                        "restore", "replay"):
            self.assertIn(command, text)
            self.assertIn("Usage", self.succeed(command, "--help").stdout)

    def test_an_unknown_command_is_bad_usage(self):
        self.fail_with(2, "proces", saying=["proces", "process"])


class Demo(Case):
    def test_it_leaves_a_film_then_serves_and_ends_by_itself(self):
        done = self.succeed("demo", "--out", self.folder / "demo", "--seconds", 4, "--listen", "127.0.0.1:0", timeout=500)
        self.assertRegex(done.stdout, r"open http://127\.0\.0\.1:\d+/")
        for name in ("street.mp4", "events.jsonl", "server/vedette.db"):
            self.assertGreater((self.folder / "demo" / name).stat().st_size, 0, name)
        self.assertTrue(list((self.folder / "demo/snapshots").rglob("*.jpg")))


class Config(Case):
    def test_a_good_file_is_ok(self):
        path = self.folder / "good.yaml"
        path.write_text("detect: { fps: 4 }\nlpr: { regions: [eu] }\n")
        self.assertIn("ok", self.succeed("config", "check", path).stdout)

    def test_what_is_accepted_but_not_used_is_named(self):
        path = self.folder / "later.yaml"
        path.write_text("detect: { fps: 4 }\nincidents:\n  rules: []\nlimits: { cpu: 50%, memory: 1GB, max_cameras: 4 }\n")
        said = self.succeed("config", "check", path).stdout.splitlines()
        self.assertEqual([line.split(": ")[0:2] for line in said[1:]],
                         [[f"{path}:2", "incidents"], [f"{path}:4", "limits.cpu"]])
        unused = json.loads(self.succeed("config", "check", path, "--json").stdout)["unused"]
        self.assertEqual(unused, [{"key": "incidents", "line": 2}, {"key": "limits.cpu", "line": 4}])

    def test_every_mistake_has_its_line(self):
        path = self.folder / "bad.yaml"
        path.write_text("detect: { fps: fast }\nlpr:\n  regions: [atlantis]\n  enabeld: yes\n")
        done = self.run_program("config", "check", path)
        self.assertNotEqual(done.returncode, 0)
        said = done.stdout + done.stderr
        for words in ("bad.yaml:1", "detect.fps", "bad.yaml:4", "enabeld", "enabled"):
            self.assertIn(words, said)

    def test_the_pages_in_the_repository_are_fresh(self):
        self.assertEqual(self.succeed("config", "doc").stdout, (SOURCE / "docs/reference/configuration.md").read_text())
        self.assertEqual(self.succeed("config", "schema").stdout, (SOURCE / "schema/config.v1.json").read_text())

    def test_the_examples_in_the_guide_are_good(self):
        found = 0
        for page in [SOURCE / "README.md", *sorted((SOURCE / "docs/guide").glob("*.md"))]:
            for example in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.S | re.M):
                if "licence:" in example:  # a model's manifest
                    continue
                path = self.folder / "example.yaml"
                path.write_text(example)
                self.succeed("config", "check", "--no-secrets", path)
                found += 1
        self.assertGreater(found, 0)

    def test_engines_and_models_can_be_chosen(self):
        path = self.folder / "engines.yaml"
        path.write_text("detectors: { slow: { type: cpu, threads: 2 } }\ndetector_fallback: [fast]\n")
        self.fail_with(2, "process", "x.mp4", "--config", path, saying=["engines.yaml:2", "fast"])
        path.write_text("models: { ocr: { id: nobody } }\n")
        self.fail_with(1, "process", "x.mp4", "--config", path, saying=["nobody", "tesseract-ocr@1"])


class Models(Case):
    def test_what_comes_along_is_there_and_loads(self):
        models = json.loads(self.succeed("models", "list", "--json").stdout)
        self.assertGreaterEqual(len(models["models"] if isinstance(models, dict) else models), 3)
        self.succeed("models", "verify")

    def test_a_damaged_manifest_names_its_line(self):
        (self.folder / "x.model.yaml").write_text("id: x\nversoin: 1\n")
        self.fail_with(2, "models", "list", "--models", self.folder, saying=["x.model.yaml:2", "versoin", "version"])

    def test_a_file_that_is_another_one_is_refused(self):
        (self.folder / "x.onnx").write_bytes(b"not a model")
        (self.folder / "x.model.yaml").write_text(
            "id: x\nversion: 1\ntitle: X\ntask: object\nfile: x.onnx\nsha256: " + "0" * 64 +
            "\nlicence: MIT\norigin: nobody\ninput: { width: 32, height: 32 }\ndecoder: yolox\nlabels: [car]\n")
        done = self.run_program("models", "verify", "--models", self.folder)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)


class Doctor(Case):
    def test_it_names_engines_and_decoders(self):
        report = self.run_program("doctor", "--json")
        self.assertIn("opencv", report.stdout)
        json.loads(report.stdout)


class Plates(Case):
    def test_a_picture_that_is_not_there_does_not_stop_the_others(self):
        picture = make_clip(self.folder / "a.png", "-frames:v", "1", codec=())
        done = self.fail_with(1, "read-plate", self.folder / "none.jpg", picture, saying="none.jpg")
        self.assertIn("a.png", done.stdout + done.stderr)

    def test_a_folder_without_labels_says_so(self):
        self.fail_with(1, "eval", "plates", self.folder, saying=str(self.folder))

    @needs_shared
    def test_a_real_plate_is_read(self):
        folder = SHARED / "data/alpr/openalpr-eu"
        name, _, _, _, _, text = (folder / "labels.tsv").read_text().splitlines()[1].split("\t")[:6]
        done = self.succeed("read-plate", folder / name, "--models", THIRD_PARTY, "--json")
        self.assertIn(text, done.stdout)


if __name__ == "__main__":
    unittest.main()
