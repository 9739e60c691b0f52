"""`simulate traffic` and `simulate import-sumo`, on good and bad input."""
import json
import shutil
import subprocess
import unittest

from support import BINARY, SOURCE, Case, environment, events_of

FCD = """<fcd-export>
<timestep time="1"><vehicle id="v1#1" pos="10" lane="A_0"/><vehicle id="v2#1" pos="5" lane="A_0"/></timestep>
<timestep time="2"><vehicle id="v1#1" pos="60" lane="A_0"/><vehicle id="v2#1" pos="55" lane="A_0"/></timestep>
</fcd-export>
"""
CAMERAS = "camera,edge,position_m,edge_length_m,lat,lon\nc1,A,50,100,49,8\n"
SMALL = ("--days", 1, "--vehicles", 200, "--cameras", 60, "--subjects", 1, "--trips", "1")


class SimulateTraffic(Case):
    def test_the_same_seed_gives_the_same_bytes(self):
        counts = []
        for name in ("one", "two"):
            done = self.succeed("simulate", "traffic", "--out", self.folder / name, "--seed", 5, *SMALL, "--json")
            counts.append(json.loads(done.stdout))
        self.assertEqual(counts[0], counts[1])
        for file in ("sightings.jsonl", "cameras.csv", "truth.json", "truth_reads.jsonl"):
            self.assertEqual((self.folder / "one" / file).read_bytes(), (self.folder / "two" / file).read_bytes())
        reads = events_of(self.folder / "one/sightings.jsonl")
        self.assertEqual(len(reads), counts[0]["reads"])
        self.assertEqual(sorted(reads[0]), ["camera", "confidence", "id", "plate", "time"])
        times = [read["time"] for read in reads]
        self.assertEqual(times, sorted(times))

    def test_mobile_reads_carry_a_position(self):
        self.succeed("simulate", "traffic", "--out", self.folder / "car", *SMALL, "--mobile")
        reads = events_of(self.folder / "car/sightings.jsonl")
        self.assertTrue(reads)
        self.assertTrue(all(48 < read["lat"] < 50 for read in reads))

    def test_mistakes_are_named(self):
        def fails(code, *arguments, saying):
            self.fail_with(code, "simulate", "traffic", *arguments, saying=saying)

        fails(2, saying="--out")
        fails(2, "--out", self.folder / "a", "--days", 0, saying="days must be from 1 to 400")
        fails(2, "--out", self.folder / "b", "--read-rate", 2, saying="read rate must be from 0 to 1")
        fails(2, "--out", self.folder / "c", "--start", "monday", saying="--start 'monday'")
        fails(1, "--out", self.folder / "d", "--confusion", self.folder / "none", saying="no such file")
        fails(1, "--out", "/proc/nowhere", saying="/proc/nowhere")
        (self.folder / "e").mkdir()
        (self.folder / "e/truth.json").write_text("{}")
        fails(1, "--out", self.folder / "e", *SMALL, saying=["truth.json", "--replace"])


class ImportSumo(Case):
    def setUp(self):
        super().setUp()
        self.fcd, self.cameras = self.folder / "fcd.xml", self.folder / "cameras.csv"
        self.fcd.write_text(FCD)
        self.cameras.write_text(CAMERAS)

    def test_passes_become_reads(self):
        done = self.succeed("simulate", "import-sumo", self.fcd, "--cameras", self.cameras, "--out", self.folder / "out",
                            "--read-rate", 1, "--night-factor", 1, "--rain-factor", 1, "--outage-share", 0,
                            "--duplicate-rate", 0, "--json")
        self.assertEqual(json.loads(done.stdout)["reads"], 2)
        self.assertEqual({read["camera"] for read in events_of(self.folder / "out/sightings.jsonl")}, {"c1"})

    def test_mistakes_are_named(self):
        out = ("--out", self.folder / "out", "--replace")
        bad = self.folder / "bad.xml"
        bad.write_text("<net/>")
        self.fail_with(2, "simulate", "import-sumo", bad, "--cameras", self.cameras, *out, saying=["bad.xml:1", "fcd-export"])
        self.fail_with(1, "simulate", "import-sumo", self.folder / "no.xml", "--cameras", self.cameras, *out, saying="no.xml")
        self.cameras.write_text(CAMERAS + "c2,A,1,100,49,8\n")
        self.fail_with(2, "simulate", "import-sumo", self.fcd, "--cameras", self.cameras, *out,
                       saying=["cameras.csv:3", "edge 'A'"])

    @unittest.skipUnless(shutil.which("sumo") and shutil.which("netgenerate"),
                         "SUMO is not installed: apt-get install sumo sumo-tools")
    def test_the_tool_makes_a_data_set_of_a_real_simulation(self):
        done = subprocess.run(
            [SOURCE / "tools/sumo/make_dataset.py", "--out", self.folder / "town", "--days", "1", "--vehicles", "300",
             "--cameras", "40", "--subjects", "1", "--followers", "2", "--trips", "1", "--columns", "7", "--rows", "6",
             "--vedette", BINARY], capture_output=True, text=True, timeout=300, env=environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        truth = json.loads((self.folder / "town/truth.json").read_text())
        self.assertEqual(len(truth["subjects"][0]["followers"]), 2)
        self.assertGreater(truth["counts"]["reads"], 300)


if __name__ == "__main__":
    unittest.main()
