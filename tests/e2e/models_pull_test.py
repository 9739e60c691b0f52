"""`vedette models pull`: models of others, from a server on this machine that behaves well and badly."""
import hashlib
import http.server
import json
import re
import threading
import unittest

from support import Case, needs_shared, SHARED, SOURCE

CONTENT = bytes(range(256)) * 10_000  # 2.56 MB: three pieces


class Upstream(http.server.ThreadingHTTPServer):
    """Serves CONTENT at every path; `behaviour` says how."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour, self.content, self.asked = "well", CONTENT, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path="/model.onnx"):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        server, content = self.server, self.server.content
        begin, end = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        server.asked.append((self.path, begin))
        if server.behaviour == "away":
            return self.answer(404)
        if server.behaviour == "redirect" and self.path == "/model.onnx":
            return self.answer(302, Location="/moved")
        if server.behaviour == "loop":
            return self.answer(302, Location="/again")
        if server.behaviour == "leads out":
            return self.answer(302, Location="http://192.0.2.1/model.onnx")
        if server.behaviour == "expires" and self.path == "/model.onnx":
            return self.answer(302, Location=f"/signed{len(server.asked)}")
        if server.behaviour == "expires" and sum(path == self.path for path, _ in server.asked) > 1:
            return self.answer(403)
        if server.behaviour == "breaks" and begin > 0:
            return self.answer(503)
        if server.behaviour == "whole":
            return self.answer(200, content)
        if begin >= len(content):
            return self.answer(416)
        piece = content[begin:end + 1]
        return self.answer(206, piece, Content_Range=f"bytes {begin}-{begin + len(piece) - 1}/{len(content)}")


class ModelsPull(Case):
    def setUp(self):
        super().setUp()
        self.upstream = Upstream()
        self.addCleanup(self.upstream.server_close)
        self.addCleanup(self.upstream.shutdown)
        self.catalogue, self.models = self.folder / "catalogue", self.folder / "models"
        self.catalogue.mkdir()
        self.describe()

    def describe(self, content=CONTENT, licence="MIT", url=None, name="toy"):
        (self.catalogue / f"{name}.model.yaml").write_text(f"""id: {name}
title: A toy
task: object
licence: {licence}
origin: us
file: model.onnx
sha256: {hashlib.sha256(content).hexdigest()}
input: {{ width: 64, height: 64 }}
decoder: yolox
labels: [thing]
source: {{ url: "{url or self.upstream.url()}", bytes: {len(content)}, licence_url: "https://example.org/MIT" }}
""")

    def pull(self, *more, code=0, saying=()):
        command = ("models", "pull", "toy", "--catalogue", self.catalogue, "--models", self.models, *more)
        return self.succeed(*command) if code == 0 else self.fail_with(code, *command, saying=saying)

    def test_nothing_is_fetched_before_the_licence_is_accepted(self):
        shown = self.pull(code=1).stdout
        for words in ("MIT", "https://example.org/MIT", self.upstream.url(), "2.6 MB", "--accept MIT"):
            self.assertIn(words, shown)
        self.pull("--accept", "Apache-2.0", code=2, saying=["is under MIT"])
        self.assertEqual(self.upstream.asked, [])
        self.assertFalse(self.models.exists())

    def test_it_is_fetched_verified_and_usable(self):
        self.pull("--accept", "MIT")
        self.assertEqual((self.models / "model.onnx").read_bytes(), CONTENT)
        self.assertEqual([begin for _, begin in self.upstream.asked], [0, 1 << 20, 2 << 20])
        listed = json.loads(self.succeed("models", "list", "--models", self.models, "--json").stdout)["models"]
        self.assertEqual([(one["id"], one["ok"]) for one in listed], [("toy", True)])
        again = json.loads(self.pull("--accept", "MIT", "--json").stdout)
        self.assertFalse(again["fetched"])
        self.assertEqual(len(self.upstream.asked), 3)

    def test_it_goes_on_where_it_was_interrupted(self):
        self.upstream.behaviour = "breaks"
        self.pull("--accept", "MIT", code=1, saying=["can't answer now", "503"])
        self.assertEqual(sorted(path.name for path in self.models.iterdir()), ["model.onnx.part"])
        self.upstream.behaviour, self.upstream.asked = "well", []
        self.pull("--accept", "MIT")
        self.assertEqual([begin for _, begin in self.upstream.asked], [1 << 20, 2 << 20])
        self.assertEqual((self.models / "model.onnx").read_bytes(), CONTENT)

    def test_redirects_are_followed_within_reason(self):
        for behaviour in ("redirect", "expires"):
            self.upstream.behaviour = behaviour
            self.pull("--accept", "MIT")
            self.assertEqual((self.models / "model.onnx").read_bytes(), CONTENT)
            (self.models / "model.onnx").unlink()
        self.upstream.behaviour = "loop"
        self.pull("--accept", "MIT", code=1, saying=["again and again"])
        self.upstream.behaviour = "leads out"
        self.pull("--accept", "MIT", code=2, saying=["must begin with https://"])

    def test_a_server_that_knows_no_pieces_gives_all_at_once(self):
        self.upstream.behaviour = "whole"
        self.pull("--accept", "MIT")
        self.assertEqual((self.models / "model.onnx").read_bytes(), CONTENT)

    def test_another_file_is_refused_and_not_kept(self):
        self.upstream.content = CONTENT[::-1]
        self.pull("--accept", "MIT", code=1, saying=["another file", hashlib.sha256(CONTENT[::-1]).hexdigest()])
        self.assertEqual(list(self.models.iterdir()), [])
        for content in (CONTENT + b"x", CONTENT[:-1], b""):
            for behaviour in ("well", "whole"):
                self.upstream.content, self.upstream.behaviour = content, behaviour
                self.pull("--accept", "MIT", code=1)
                self.assertFalse((self.models / "model.onnx").exists())
        self.upstream.behaviour = "away"
        self.pull("--accept", "MIT", code=1, saying=["nothing at this address"])

    def test_addresses_that_may_be_read_on_the_way_are_refused(self):
        for url in ("http://192.0.2.1/model.onnx", "ftp://127.0.0.1/x", "file:///etc/passwd"):
            self.describe(url=url)
            self.pull("--accept", "MIT", code=2, saying=["must begin with https://"])

    def test_what_is_there_is_not_overwritten(self):
        self.models.mkdir()
        (self.models / "toy.model.yaml").write_text("id: toy\n")
        self.pull("--accept", "MIT", code=1, saying=["move it away"])
        self.assertEqual((self.models / "toy.model.yaml").read_text(), "id: toy\n")

    def test_the_catalogue_is_shown_with_licences(self):
        shown = self.succeed("models", "pull").stdout
        for words in ("yolox-nano@1", "Apache-2.0", "cct-xs-v1@1", "yunet-2023mar@1", "None of them comes with Vedette"):
            self.assertIn(words, shown)
        everything = json.loads(self.succeed("models", "pull", "--json").stdout)["catalogue"]
        self.assertTrue(all(one["licence_url"].startswith("https://") for one in everything))
        self.fail_with(2, "models", "pull", "nothing", saying=["the catalogue has no model 'nothing'", "yolox-nano"])

    def test_who_owes_what_under_the_agpl_is_said(self):
        self.describe(licence="AGPL-3.0-only")
        self.assertIn("over a network", self.pull(code=1).stdout)


@needs_shared
class PulledModels(Case):
    """The catalogue's own weights, as far as they lie here, from a server on this machine."""

    def test_a_pulled_pair_reads_plates(self):
        upstream = Upstream()
        self.addCleanup(upstream.server_close)
        self.addCleanup(upstream.shutdown)
        catalogue, models = self.folder / "catalogue", self.folder / "models"
        catalogue.mkdir()
        for name, file in {"hyperlpr-y5fu-320": "hyperlpr_y5fu_320x_sim.onnx", "cct-xs-v1": "cct_xs_v1_global.onnx"}.items():
            original = (SOURCE / "catalogue" / f"{name}.model.yaml").read_text()
            (catalogue / f"{name}.model.yaml").write_text(re.sub(r"(?m)^  url: .*$", f"  url: {upstream.url()}", original))
            upstream.content = (SHARED / "models/plate" / file).read_bytes()
            licence = re.search(r"(?m)^licence: (.*)$", original)[1]
            self.succeed("models", "pull", name, "--accept", licence, "--catalogue", catalogue, "--models", models)
        self.succeed("models", "verify", "--models", models)
        pictures = SHARED / "data/alpr/openalpr-eu"
        rows = [line.split("\t") for line in (pictures / "labels.tsv").read_text().splitlines()[1:6]]
        read = self.succeed("read-plate", *(pictures / row[0] for row in rows), "--models", models, "--json").stdout
        self.assertGreaterEqual(sum(row[5] in read for row in rows), 3, read)


if __name__ == "__main__":
    unittest.main()
