"""`vedette following analyse` and `vedette eval following` on a small simulated town."""
import json
import random
import unittest

from support import Case


class Following(Case):
    def setUp(self):
        super().setUp()
        self.town = self.folder / "town"
        self.succeed("simulate", "traffic", "--out", self.town, "--seed", 7, "--days", 10, "--vehicles", 600,
                     "--cameras", 60, "--subjects", 1, "--followers", 2, "--trips", "5")
        self.reads = self.town / "sightings.jsonl"
        truth = json.loads((self.town / "truth.json").read_text())
        self.subject = truth["subjects"][0]["plate"]
        self.followers = {one["plate"] for one in truth["subjects"][0]["followers"]}

    def analyse(self, reads, *more):
        said = self.succeed("following", "analyse", reads, "--subject", self.subject, "--json", *more).stdout
        return json.loads(said)["subjects"][0]

    def test_followers_come_first_with_terms_that_add_up(self):
        found = self.analyse(self.reads, "--cameras", self.town / "cameras.csv")["candidates"]
        self.assertTrue({one["plate"] for one in found[:2]} & self.followers)
        scores = [one["llr"] for one in found]
        self.assertEqual(scores, sorted(scores, reverse=True))
        for one in found:
            self.assertAlmostEqual(sum(one["terms"].values()), one["llr"], 6)
            self.assertTrue(0 <= one["probability"] <= 1)
            self.assertGreaterEqual(one["expected_false_alarms_per_subject_month"], 0)

    def test_the_order_of_the_file_does_not_matter(self):
        lines = self.reads.read_text().splitlines()
        random.Random(1).shuffle(lines)
        shuffled = self.folder / "shuffled.jsonl"
        shuffled.write_text("\n".join(lines) + "\n")
        self.assertEqual(self.analyse(shuffled), self.analyse(self.reads))

    def test_people_get_a_table_and_words(self):
        said = self.succeed("following", "analyse", self.reads, "--subject", self.subject)
        self.assertIn(self.subject, said.stdout)
        self.assertIn("llr", said.stdout)
        self.assertIn("without --cameras", said.stderr)

    def test_a_plate_that_was_never_read_is_a_failure(self):
        self.fail_with(1, "following", "analyse", self.reads, "--subject", "NOBODY", saying=["NOBODY", "not among the reads"])

    def test_bad_files_are_named_with_their_line(self):
        self.fail_with(1, "following", "analyse", self.folder / "none.csv", "--subject", "A1", saying="none.csv")
        bad = self.folder / "bad.csv"
        bad.write_text("plate,camera,time,confidence\nA1,c,2026-11-21T10:15:00Z,1\nA1,c,yesterday,1\n")
        self.fail_with(2, "following", "analyse", bad, "--subject", "A1", saying=["bad.csv:3", "yesterday"])
        places = self.folder / "places.csv"
        places.write_text("camera,lat,lon\nc,91,0\n")
        self.fail_with(2, "following", "analyse", self.reads, "--cameras", places, "--subject", "A1",
                       saying=["places.csv:2", "91"])
        self.fail_with(2, "following", "analyse", self.reads, saying="--subject")

    def test_the_evaluation_counts_and_draws(self):
        plots = self.folder / "plots"
        said = json.loads(self.succeed("eval", "following", self.town, "--json", "--plots", plots).stdout)
        data = said["data"][0]
        self.assertEqual(sum(row["followers"] for row in data["by_trips"]), 2)
        self.assertEqual(len(list(plots.glob("*.svg"))), 3)
        for plot in plots.glob("*.svg"):
            self.assertTrue(plot.read_text().startswith("<svg"), plot)
        self.assertIn("Synthetic", self.succeed("eval", "following", self.town).stdout)


if __name__ == "__main__":
    unittest.main()
