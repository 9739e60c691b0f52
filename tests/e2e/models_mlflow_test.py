"""Models of an MLflow registry: given to a real server on this machine, and fetched from it. Skipped where MLflow is not
installed (`./dev deps test` fetches it; VEDETTE_MLFLOW may name a Python that has it)."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import models_compare_test
from models_pull_test import Handler, Upstream
from support import BINARY, Case, SOURCE, environment

FETCHED = SOURCE / ".deps/mlflow"


def python():
    """-> a Python that has MLflow, and its environment; or nothing"""
    if os.environ.get("VEDETTE_MLFLOW"):
        return os.environ["VEDETTE_MLFLOW"], {}
    return (sys.executable, {"PYTHONPATH": str(FETCHED)}) if (FETCHED / "mlflow").is_dir() else (None, {})


PYTHON, VARIABLES = python()


class Mlflow:
    """An MLflow server on a free port, all of whose data are in a folder of its own; it calls nobody."""

    def __init__(self, folder):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.messages = folder / "mlflow.txt"
        quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        with open(self.messages, "wb") as messages:
            self.process = subprocess.Popen(
                [PYTHON, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
                 "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(folder / "files")],
                stdout=messages, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
                env=dict(os.environ, **VARIABLES, **quiet))

    def wait(self):
        end = time.monotonic() + 400
        while True:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=20):
                    return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError("MLflow does not start: " + self.messages.read_text()[-3000:]) from None
                time.sleep(0.5)

    def end(self):
        os.killpg(self.process.pid, 9)  # its workers as well
        self.process.wait()

    def ask(self, path, body=None):
        request = urllib.request.Request(f"{self.url}/api/2.0/mlflow/{path}", headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def version(self, name, version):
        return self.ask(f"model-versions/get?name={name}&version={version}")["model_version"]


@unittest.skipUnless(PYTHON, "MLflow is not installed (VEDETTE_MLFLOW)")
class ModelsOfMlflow(models_compare_test.ModelsCompare):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        cls.mlflow = Mlflow(pathlib.Path(cls.place.name))
        cls.addClassCleanup(cls.mlflow.end)
        cls.mlflow.wait()

    def setUp(self):
        super().setUp()
        self.pulled = self.folder / "pulled"

    def push(self, id, name):
        self.command("register", id, "--mlflow", self.mlflow.url, "--mlflow-name", name)

    def pull(self, what, code=0, saying=()):
        arguments = ("models", "pull", what, "--mlflow", self.mlflow.url, "--models", self.pulled)
        if code:
            return self.fail_with(code, *arguments, saying=saying)
        return json.loads(self.succeed(*arguments, "--json").stdout)

    def test_what_is_given_comes_back_and_is_used(self):
        """With its weights: those of the program's own reader."""
        reader = SOURCE / "models/plate-reader.model.yaml"
        done = self.command("register", reader, "--mlflow", self.mlflow.url)
        self.assertIn("mlflow:plate-reader/1", done.stderr)
        tags = {tag["key"]: tag["value"] for tag in self.mlflow.version("plate-reader", 1)["tags"]}
        self.assertEqual((tags["vedette.task"], tags["vedette.licence"]), ("ocr", "Apache-2.0"))
        got = self.pull("mlflow:plate-reader/1")
        self.assertTrue(got["fetched"])
        self.assertEqual(got["sha256"], tags["vedette.sha256"])
        folder = pathlib.Path(got["manifest"]).parent
        self.assertEqual((folder / "plate-reader.onnx").read_bytes(), (SOURCE / "models/plate-reader.onnx").read_bytes())
        self.succeed("models", "verify", "--models", self.pulled, "--data", self.data)
        self.assertFalse(self.pull("mlflow:plate-reader")["fetched"])
        self.assertEqual([path.name for path in self.pulled.iterdir()], [folder.name])

    def test_a_version_is_found_by_number_alias_stage_and_tag(self):
        name = "finders"
        self.push("usual", name)
        self.push("same", name)
        self.push("strict", name)
        self.mlflow.ask("registered-models/alias", {"name": name, "alias": "champion", "version": "2"})
        self.mlflow.ask("model-versions/transition-stage",
                        {"name": name, "version": "1", "stage": "Production", "archive_existing_versions": False})
        self.mlflow.ask("model-versions/set-tag", {"name": name, "version": "1", "key": "team", "value": "north"})
        for what, id in (("/2", "same@1"), ("@champion", "same@1"), ("@production", "usual@1"), ("@team=north", "usual@1"),
                         ("", "strict@1")):
            self.assertEqual(self.pull(f"mlflow:{name}{what}")["id"], id, what)
        self.pull(f"mlflow:{name}/9", 1, ["not found"])
        self.pull(f"mlflow:{name}@nobody", 1, ["at the alias nobody", "no stage"])
        self.pull(f"mlflow:{name}@Staging", 1, ["in the stage Staging"])
        self.pull(f"mlflow:{name}@team=south", 1, ["with the tag team=south"])
        self.pull("mlflow:nothing", 1, ["no version of nothing"])

    def test_a_comparison_is_noted_at_its_run(self):
        self.push("usual", "usual")
        self.command("compare", "usual", "strict", "--on", self.labelled, "--mlflow", self.mlflow.url, code=1,
                     saying=["no version with the weights of strict@1"])

    def test_the_comparison_of_weights_is_noted(self):
        reader = SOURCE / "models/plate-reader.model.yaml"
        self.command("register", reader, "--mlflow", self.mlflow.url, "--mlflow-name", "ours")
        version = self.mlflow.ask("model-versions/search?filter=" + urllib.parse.quote("name='ours'"))["model_versions"][0]
        lines = (self.labelled / "labels.tsv").read_text().splitlines()
        (self.labelled / "labels.tsv").write_text("\n".join([lines[0] + "\ttext"] + [line + "\tABC123" for line in lines[1:]]))
        done = self.command("compare", "reader", reader, "--on", self.labelled, "--mlflow", self.mlflow.url)
        self.assertIn("noted at mlflow:ours/", done.stderr)
        run = self.mlflow.ask("runs/get?run_id=" + version["run_id"])["run"]["data"]
        metrics = {one["key"]: one["value"] for one in run["metrics"]}
        self.assertEqual(metrics["vedette.labels"], 40)
        self.assertEqual(metrics["vedette.worse"], 0)
        self.assertIn(("vedette.compared_with", "reader@1"), [(tag["key"], tag["value"]) for tag in run["tags"]])
        tags = {tag["key"]: tag["value"] for tag in self.mlflow.version("ours", version["version"])["tags"]}
        self.assertRegex(tags["vedette.compared"], r"plate-reader@\d+ against reader@1")

    def upload(self, run, name, content):
        path = f"{self.mlflow.url}/api/2.0/mlflow-artifacts/artifacts/{run['artifact_uri'].split(':/', 1)[1]}/model/{name}"
        with urllib.request.urlopen(urllib.request.Request(path, data=content, method="PUT"), timeout=60):
            pass

    def by_hand(self, name, files, **tags):
        """A version as others make one."""
        run = self.mlflow.ask("runs/create", {"experiment_id": "0"})["run"]["info"]
        for file, content in files.items():
            self.upload(run, file, content)
        self.mlflow.ask("registered-models/create", {"name": name})
        self.mlflow.ask("model-versions/create", {
            "name": name, "run_id": run["run_id"], "source": run["artifact_uri"] + "/model",
            "tags": [{"key": key, "value": value} for key, value in tags.items()]})
        return run

    def test_what_is_no_model_or_another_one_is_refused_and_not_kept(self):
        finder = (self.models / "usual.model.yaml").read_bytes()
        self.by_hand("bare", {"model.onnx": b"weights"})
        self.pull("mlflow:bare", 2, ["0 manifests", "--mlflow"])
        self.by_hand("two", {"a.model.yaml": finder, "b.model.yaml": finder})
        self.pull("mlflow:two", 2, ["2 manifests"])
        self.by_hand("broken", {"a.model.yaml": b"id: toy\n"})
        self.pull("mlflow:broken", 2, ["a.model.yaml"])
        weights = (f"id: toy\ntitle: Toy\ntask: object\nlicence: MIT\norigin: us\nfile: toy.onnx\nsha256: {'a' * 64}\n"
                   "input: { width: 64, height: 64 }\ndecoder: yolox\nlabels: [thing]\n")
        self.by_hand("other", {"a.model.yaml": weights.encode(), "toy.onnx": b"of another hash"})
        self.pull("mlflow:other", 1, ["toy.onnx is damaged or another model"])
        self.by_hand("outside", {"a.model.yaml": weights.replace("toy.onnx", "/etc/hostname").encode()})
        self.pull("mlflow:outside", 2, ["names a file elsewhere: /etc/hostname"])
        self.by_hand("exchanged", {"a.model.yaml": finder}, **{"vedette.sha256": "b" * 64})
        self.pull("mlflow:exchanged", 1, ["exchanged after it was registered"])
        self.assertEqual(list(self.pulled.iterdir()), [])
        self.by_hand("mine", {"a.model.yaml": finder})
        self.pull("mlflow:mine")
        self.by_hand("theirs", {"b.model.yaml": finder})
        self.pull("mlflow:theirs", 1, ["move it away"])

    def test_files_that_it_does_not_pass_on_are_said(self):
        self.mlflow.ask("registered-models/create", {"name": "far"})
        self.mlflow.ask("model-versions/create", {"name": "far", "source": "s3://bucket/model"})
        self.pull("mlflow:far", 2, ["its files are at s3:"])


class Refusals(Case):
    """What needs no server of MLflow, or one that behaves badly."""

    def pull(self, what, *more, code=2, saying=(), variables=None):
        done = subprocess.run([BINARY, "models", "pull", what, "--models", str(self.folder), *more], text=True,
                              capture_output=True, env=environment() | (variables or {}), stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        for words in saying:
            self.assertIn(words, done.stderr)
        return done

    def test_names_that_are_none(self):
        for what in ("mlflow:", "mlflow:a/b", "mlflow:a/", "mlflow:a@", "mlflow:a'b", "mlflow:a@b'c", "mlflow:a/1@b"):
            self.pull(what, "--mlflow", "http://127.0.0.1:9", saying=["mlflow:NAME/3"])

    def test_addresses_that_may_not_be_asked(self):
        self.pull("mlflow:a", saying=["MLFLOW_TRACKING_URI"])
        self.pull("mlflow:a", "--mlflow", "http://192.0.2.1:5000", saying=["--plain-http", "https://"])
        self.pull("mlflow:a", "--mlflow", "sqlite:///mlflow.db", saying=["no address of an MLflow server"])

    def test_nobody_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        done = self.pull("mlflow:a", code=1, variables={"MLFLOW_TRACKING_URI": f"http://me:secret@127.0.0.1:{port}",
                                                        "MLFLOW_TRACKING_TOKEN": "hidden"})
        self.assertIn(f"MLflow at http://127.0.0.1:{port}", done.stderr)
        self.assertNotIn("secret", done.stderr)
        self.assertNotIn("hidden", done.stderr)

    def test_answers_that_are_none(self):
        class Odd(Handler):
            body = b""

            def do_GET(self):
                self.answer(200, self.body, Content_Type="application/json")

        upstream = Upstream()
        upstream.RequestHandlerClass, upstream.handle_error = Odd, lambda *_: None  # who is refused hangs up
        self.addCleanup(upstream.server_close)
        self.addCleanup(upstream.shutdown)
        for body in (b"", b"[]", b"7", b"{", b"x" * 5_000_000):
            Odd.body = body
            self.pull("mlflow:a/1", "--mlflow", upstream.url(""), code=1)
        names = ({"model_version": 7}, {"model_versions": {}, "files": [7]}, {"model_version": {"tags": [1, {"key": 2}]}},
                 {"artifact_uri": "mlflow-artifacts:/1", "files": [{"path": "../x", "file_size": 1}]},
                 {"artifact_uri": "mlflow-artifacts:/1", "files": [{"path": "x", "file_size": -1}]},
                 {"artifact_uri": "mlflow-artifacts:/1", "files": [{"path": ".x", "file_size": "1"}]})
        for answer in names:
            Odd.body = json.dumps(answer).encode()
            self.assertNotEqual(subprocess.run(
                [BINARY, "models", "pull", "mlflow:a/1", "--models", str(self.folder), "--mlflow", upstream.url("")],
                capture_output=True, env=environment(), timeout=60).returncode, 0)
        self.assertEqual(list(self.folder.iterdir()), [])


# Those of the class it builds on are run where they are.
for inherited in [name for name in dir(models_compare_test.ModelsCompare) if name.startswith("test_")]:
    setattr(ModelsOfMlflow, inherited, None)


if __name__ == "__main__":
    unittest.main()
