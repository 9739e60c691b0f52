"""`cmake --install`: what it puts there runs from any folder, without the checkout."""
import json
import shutil
import subprocess
import unittest

from support import BUILD, Case, environment


class Install(Case):
    def setUp(self):
        super().setUp()
        subprocess.run(["cmake", "--install", BUILD, "--prefix", str(self.folder / "first")], check=True,
                       capture_output=True, text=True)
        self.root = self.folder / "somewhere else"
        shutil.move(self.folder / "first", self.root)

    def run_installed(self, *arguments):
        return subprocess.run([self.root / "bin/vedette", *arguments], capture_output=True, text=True, timeout=120,
                              env={name: value for name, value in environment().items() if name != "LD_LIBRARY_PATH"},
                              cwd=self.folder, stdin=subprocess.DEVNULL)

    def test_it_looks_for_libraries_beside_itself_alone(self):
        dynamic = subprocess.run(["readelf", "-d", self.root / "bin/vedette"], check=True, capture_output=True, text=True)
        paths = [line.split("[")[1].rstrip("]") for line in dynamic.stdout.splitlines() if "RUNPATH" in line or "RPATH" in line]
        self.assertEqual(paths, ["$ORIGIN/../lib/vedette"])
        for file in [self.root / "bin/vedette", *(self.root / "lib/vedette").glob("backend-*.so")]:
            loaded = subprocess.run(["ldd", file], check=True, capture_output=True, text=True).stdout
            self.assertNotIn("not found", loaded, file)
            for line in loaded.splitlines():
                if "openvino" in line or "onnxruntime" in line:
                    self.assertIn(str(self.root), line)

    def test_every_engine_works_there_as_in_the_build_folder(self):
        def engines(report):
            return {check["topic"]: check["state"] for check in json.loads(report)["checks"]
                    if check["topic"].endswith(" cpu")}
        here = self.succeed("doctor", "--json").stdout
        there = self.run_installed("doctor", "--json")
        self.assertEqual(there.returncode, 0, there.stderr)
        self.assertEqual(engines(there.stdout), engines(here))
        self.assertIn("engine opencv cpu", engines(there.stdout))

    def test_it_finds_the_models_that_came_with_it(self):
        models = json.loads(self.run_installed("models", "list", "--json").stdout)["models"]
        self.assertGreaterEqual(len(models), 3)
        for model in models:
            self.assertTrue(model["manifest"].startswith(str(self.root / "share/vedette/models")), model["manifest"])

    def test_licences_schemas_and_guide_come_along(self):
        for name in ("share/doc/vedette/LICENSE", "share/doc/vedette/docs/guide/README.md",
                     "share/vedette/schema/event.v1.json", "share/vedette/schema/config.v1.json"):
            self.assertTrue((self.root / name).is_file(), name)
        if any((self.root / "lib/vedette").glob("libopenvino.so*")):
            self.assertTrue(any((self.root / "share/doc/vedette/licences/openvino").rglob("LICENSE*")))


if __name__ == "__main__":
    unittest.main()
