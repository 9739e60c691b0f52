"""`vedette following analyse`, `vedette eval following` and the running server on a small simulated town."""
import csv
import datetime
import json
import random
import signal
import sqlite3
import time
import unittest

import jsonschema

from log_files import events_in, write_log
from server_support import Server, wait_until
from support import SOURCE, Case, events_of


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


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class FollowingLive(Case):
    """`vedette run` over a log that holds what the cameras of a town read in the last days."""

    def setUp(self):
        super().setUp()
        self.town = self.folder / "town"
        self.succeed("simulate", "traffic", "--out", self.town, "--seed", 7, "--days", 10, "--vehicles", 600,
                     "--cameras", 60, "--subjects", 1, "--followers", 2, "--trips", "5")
        truth = json.loads((self.town / "truth.json").read_text())
        self.subject = truth["subjects"][0]["plate"]
        self.followers = {one["plate"] for one in truth["subjects"][0]["followers"]}
        self.data = self.folder / "data"
        self.config = self.folder / "vedette.yaml"
        self.configure([self.subject])

    def configure(self, plates, **following):
        """Three cameras that are on, and never there; the others are off, and have a place all the same."""
        section = {"enabled": True, "subjects": ["family"], "window": "20d", **following}
        with open(self.town / "cameras.csv", newline="") as file:
            cameras = {row["camera"]: {"enabled": i < 3, "retry_interval": "60s",
                                       "inputs": [{"path": str(self.folder / "none.mp4")}],
                                       "location": {"lat": float(row["lat"]), "lon": float(row["lon"])}}
                       for i, row in enumerate(csv.DictReader(file))}
        self.config.write_text(json.dumps({  # JSON is YAML
            "watchlists": {"family": {"kind": "known", "plates": plates}}, "following": section, "cameras": cameras}))

    def sightings(self):
        """The town's reads as sightings of the days before yesterday, in the order of the reads."""
        reads = [json.loads(line) for line in (self.town / "sightings.jsonl").read_text().splitlines()]
        for read in reads:
            read["when"] = datetime.datetime.fromisoformat(read["time"].replace("Z", "+00:00"))
        reads.sort(key=lambda read: read["when"])
        midnight = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        shift = (midnight - reads[-1]["when"]) // datetime.timedelta(days=1) * datetime.timedelta(days=1)
        shift -= datetime.timedelta(days=1)
        for number, read in enumerate(reads):
            best = read["when"] + shift
            yield {"schema": 1, "event_id": f"s{number}", "type": "sighting", "camera": read["camera"], "track": number,
                   "verdict": "published", "label": "car", "score": 0.9,
                   "first_seen": stamp(best - datetime.timedelta(seconds=1)),
                   "last_seen": stamp(best + datetime.timedelta(seconds=1)), "best_seen": stamp(best),
                   "media_offset_us": 0, "box": [0.1, 0.1, 0.2, 0.2], "stationary": False, "detections": 3,
                   "travelled": 0.5, "source": "x", "models": {"ocr": "reader@1"},
                   "plate": {"observed": read["plate"], "normalized": read["plate"], "resolved": read["plate"],
                             "confidence": read["confidence"],
                             "character_confidence": [read["confidence"]] * len(read["plate"]), "regions": [], "reads": 1}}

    def write(self):
        return write_log(self.data / "log", self.sightings())

    def start(self):
        return Server(self, "--config", self.config)

    def said(self):
        """What following put on the log, in order."""
        return [one for one in events_in(self.data / "log") if one.kind.startswith("following.")]

    def taken(self, server):
        lines = server.text("metrics").splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("app_following_passes_total{"))

    def finished(self, server, sightings):
        """All of the log was taken, and nothing waits any more."""
        wait_until(lambda: (self.taken(server), server.metric("app_following_held")),
                   lambda now: now[0] >= sightings and now[1] == 0, "sightings that following took", 240)

    def cases(self):
        """All that is kept of each case, but for the count of its changes."""
        database = sqlite3.connect(self.data / "following.db")
        try:
            return database.execute("SELECT case_id, subject, vehicle, state, score, opened_us_utc, updated_us_utc, llr, "
                                    "body, evidence FROM following_cases ORDER BY case_id").fetchall()
        finally:
            database.close()

    def outcome(self, server):
        self.assertEqual(server.end(signal.SIGTERM), 0)
        return self.cases(), [(one.id, one.kind, one.payload) for one in self.said()]

    def test_a_follower_becomes_a_case_and_events(self):
        written = self.write()
        server = self.start()
        self.finished(server, written)
        cases, said = self.outcome(server)
        self.assertTrue({vehicle for _, _, vehicle, *_ in cases} & self.followers)
        schema = json.loads((SOURCE / "schema/following_case_event.v1.json").read_text())
        replayed = events_of(self.succeed("replay", "--data", self.data, "--kind", "following.opened").stdout)
        self.assertEqual(len(replayed), len(cases))
        for event in replayed:
            jsonschema.validate(event, schema)
            self.assertEqual(event["subject"], self.subject)
        shown = json.loads(self.succeed("following", "show", replayed[0]["case"], "--data", self.data, "--json").stdout)
        self.assertTrue(all(one["vehicle_event"].startswith("s") and one["subject_event"].startswith("s")
                            for one in shown["sightings"]), shown["sightings"][:2])
        self.assertEqual(shown["versions"]["models"], [{"task": "ocr", "id": "reader@1"}])
        self.assertEqual(len({identity for identity, *_ in said}), len(said), "an event stands twice on the log")
        checked = self.succeed("doctor", "--data", self.data).stdout
        self.assertIn(f"{len(cases)} cases", checked)

    def test_killed_again_and_again_it_comes_to_the_same(self):
        written = self.write()
        self.finished(server := self.start(), written)
        expected = self.outcome(server)
        self.assertGreater(len(expected[1]), 1)
        self.data.rename(self.folder / "undisturbed")
        self.write()
        chance = random.Random(7)
        for _ in range(12):
            server = Server(self, "--config", self.config, wait=False)
            time.sleep(chance.uniform(0.1, 1.2))
            server.end(signal.SIGKILL)
        server = self.start()
        server.wait_for("stats", lambda stats: stats["sightings"] >= written)
        wait_until(lambda: len(self.said()), lambda count: count >= len(expected[1]), "events of following", 240)
        wait_until(lambda: server.metric("app_following_held"), lambda held: held == 0, "reads that wait", 60)
        self.assertEqual(self.outcome(server), expected)

    def test_who_is_no_subject_any_more_leaves_no_case(self):
        self.configure([self.subject, "OTHER1"])
        written = self.write()
        server = self.start()
        self.finished(server, written)
        self.assertGreater(len(self.cases()), 0)
        self.configure(["OTHER1"])
        self.assertIn("following changed", server.post("config/reload")["changed"])
        wait_until(self.cases, lambda cases: not cases, "cases", 60)
        self.configure(["OTHER1"], enabled=False)
        self.assertIn("following changed", server.post("config/reload")["changed"])
        self.configure([self.subject])
        server.post("config/reload")
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_a_plate_is_forgotten_and_not_learned_again(self):
        written = self.write()
        server = self.start()
        self.finished(server, written)
        self.fail_with(1, "following", "forget", self.subject, "--data", self.data, saying="a server runs on")
        self.assertEqual(server.end(signal.SIGTERM), 0)
        vehicle = self.cases()[0][2]
        gone = json.loads(self.succeed("following", "forget", vehicle, "--data", self.data, "--json").stdout)
        self.assertEqual(gone, {"cases": 1})
        for file in self.data.glob("following.db*"):
            self.assertNotIn(vehicle.encode(), file.read_bytes(), file)
        server = self.start()
        server.wait_for("stats", lambda stats: stats["sightings"] >= written)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertNotIn(vehicle, [case[2] for case in self.cases()])
        self.fail_with(2, "following", "forget", "- -", "--data", self.data, saying="no letter or digit")

    def test_the_simple_rule_counts_beside_it(self):
        self.configure([self.subject], simple_rule={"enabled": True, "min_detections": 4})
        written = self.write()
        server = self.start()
        self.finished(server, written)
        self.assertEqual(server.end(signal.SIGTERM), 0)
        schema = json.loads((SOURCE / "schema/following_together.v1.json").read_text())
        counted = events_of(self.succeed("replay", "--data", self.data, "--kind", "following.together").stdout)
        self.assertTrue({one["plate"] for one in counted} & self.followers)
        for event in counted:
            jsonschema.validate(event, schema)
            self.assertEqual((event["subject"], event["detections"]), (self.subject, 4))

    def test_commands_take_places_from_a_configuration(self):
        places = ("following", "analyse", self.town / "sightings.jsonl", "--subject", self.subject, "--json", "--cameras")
        of_file = json.loads(self.succeed(*places, self.town / "cameras.csv").stdout)
        of_configuration = json.loads(self.succeed(*places, self.config).stdout)
        self.assertEqual([one["plate"] for one in of_configuration["subjects"][0]["candidates"]],
                         [one["plate"] for one in of_file["subjects"][0]["candidates"]])
        bare = self.folder / "bare.yaml"
        bare.write_text("cameras: { c: { inputs: [{ path: x }] } }\n")
        self.fail_with(1, *places, bare, saying="no camera has a `location`")

    def test_a_configuration_that_can_find_nothing_is_refused(self):
        self.configure([])
        self.fail_with(1, "config", "check", self.config, saying="following.subjects: name nobody")
        self.fail_with(2, "run", "--config", self.config, "--data", self.data, saying="following.subjects")
        self.configure([self.subject])
        self.fail_with(2, "run", "demo://street?seed=7", "--config", self.config, "--data", self.data,
                       saying="an INPUT has no place")
        self.configure([self.subject], ignore=["nobody"])
        self.fail_with(1, "config", "check", self.config, saying="there is no 'nobody' in `watchlists`")


if __name__ == "__main__":
    unittest.main()
