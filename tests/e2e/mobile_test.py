"""A car that carries cameras: its track from gpsd, from NMEA and through the API; who is behind it."""
import csv
import datetime
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request

import jsonschema

from log_files import events_in, write_log
from server_support import Server, wait_until
from support import SOURCE, Case

GPSD = shutil.which("gpsd") or shutil.which("gpsd", path="/usr/sbin")


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def sentence(body):
    total = 0
    for sign in body.encode():
        total ^= sign
    return f"${body}*{total:02X}\r\n"


def nmea(when, lat, lon, knots=30.0):
    """RMC and GGA of a receiver."""
    def angle(value, digits):
        degrees = int(abs(value))
        return f"{degrees:0{digits}d}{(abs(value) - degrees) * 60:08.5f}"
    place = f"{angle(lat, 2)},{'N' if lat >= 0 else 'S'},{angle(lon, 3)},{'E' if lon >= 0 else 'W'}"
    clock = when.strftime("%H%M%S.") + f"{when.microsecond // 10_000:02d}"
    return (sentence(f"GPGGA,{clock},{place},1,08,0.9,34.0,M,45.0,M,,") +
            sentence(f"GPRMC,{clock},A,{place},{knots:.1f},0.0,{when.strftime('%d%m%y')},,"))


class Town(Case):
    """A town in which one car has cameras, and two others follow it."""

    def setUp(self):
        super().setUp()
        self.town = self.folder / "town"
        self.succeed("simulate", "traffic", "--out", self.town, "--seed", 5, "--days", 8, "--vehicles", 900,
                     "--subjects", 1, "--followers", 2, "--trips", "5", "--mobile")
        subject = json.loads((self.town / "truth.json").read_text())["subjects"][0]
        self.cameras = subject["cameras"]
        self.followers = {one["plate"] for one in subject["followers"]}
        self.reads = [json.loads(line) for line in (self.town / "sightings.jsonl").read_text().splitlines()]
        for read in self.reads:
            read["when"] = datetime.datetime.fromisoformat(read["time"].replace("Z", "+00:00"))
        self.reads.sort(key=lambda read: (read["when"], read["id"]))


class MobileAnalyse(Town):
    def analyse(self, reads, *more):
        said = self.succeed("following", "analyse", reads, "--mobile", "van=" + ",".join(self.cameras), "--json", *more)
        return json.loads(said.stdout)["subjects"][0], said.stderr

    def without_places(self):
        file = self.folder / "bare.jsonl"
        file.write_text("".join(json.dumps({name: read[name] for name in ("id", "plate", "camera", "time", "confidence")})
                                + "\n" for read in self.reads))
        return file

    def test_a_track_says_what_sightings_with_places_say(self):
        found, _ = self.analyse(self.town / "sightings.jsonl")
        self.assertEqual(found["subject"], "van")
        self.assertTrue({one["plate"] for one in found["candidates"][:3]} & self.followers)
        for one in found["candidates"]:
            self.assertAlmostEqual(sum(one["terms"].values()), one["llr"], 6)
            self.assertAlmostEqual(one["terms"]["lag"], 0, 9)
        bare = self.without_places()
        track = self.folder / "ride.csv"
        with open(track, "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["time", "lat", "lon"])
            rows.writerows([read["time"], read["lat"], read["lon"]] for read in self.reads)
        placed, _ = self.analyse(bare, "--track", track)
        self.assertEqual([one["plate"] for one in placed["candidates"][:5]],
                         [one["plate"] for one in found["candidates"][:5]])
        receiver = self.folder / "ride.nmea"
        receiver.write_text("$GPRMC,broken*00\r\n" + "".join(
            nmea(read["when"] + datetime.timedelta(hours=1), read["lat"], read["lon"]) for read in self.reads))
        ahead, said = self.analyse(bare, "--track", f"van={receiver}", "--clock-ahead", -3600)
        self.assertIn("1 damaged lines", said + self.succeed(
            "following", "analyse", bare, "--mobile", "van=" + ",".join(self.cameras), "--track", receiver,
            "--clock-ahead=-3600").stderr)
        self.assertTrue({one["plate"] for one in ahead["candidates"][:3]} & self.followers)

    def test_what_cannot_be_placed_is_counted(self):
        short = self.folder / "short.csv"
        short.write_text("time,lat,lon\n2020-01-01T00:00:00Z,52,13\n")
        self.fail_with(1, "following", "analyse", self.without_places(), "--mobile", "van=" + ",".join(self.cameras),
                       "--track", short, saying=["reads were left out", "not among the reads"])
        self.fail_with(2, "following", "analyse", self.without_places(), "--mobile", "van", saying="NAME=CAMERA,CAMERA")
        self.fail_with(2, "following", "analyse", self.without_places(), "--subject", "A1", "--track", short,
                       saying="NAME=FILE")

    def test_two_cars_of_one_person_are_one_subject(self):
        plates = sorted({read["plate"] for read in self.reads})[:2]
        said = json.loads(self.succeed("following", "analyse", self.town / "sightings.jsonl", "--person",
                                       "anna=" + ",".join(plates), "--json").stdout)
        self.assertEqual([one["subject"] for one in said["subjects"]], ["anna"])

    def test_the_evaluation_takes_cars_with_cameras(self):
        said = json.loads(self.succeed("eval", "following", self.town, "--json").stdout)
        self.assertEqual(sum(row["followers"] for row in said["data"][0]["by_trips"]), 2)


class MobileLive(Town):
    """`vedette run` over a log that holds what the car saw and where it was in the last days."""

    def configure(self, **van):
        self.config = self.folder / "vedette.yaml"
        self.config.write_text(json.dumps({
            "following": {"enabled": True, "window": "20d", "mobile": {"van": van}},
            "cameras": {camera: {"retry_interval": "60s", "mobile": "van", "inputs": [{"path": str(self.folder / "none.mp4")}]}
                        for camera in self.cameras}}))

    def events(self):
        midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
        days = datetime.timedelta(days=1)
        shift = (midnight - self.reads[-1]["when"]) // days * days - days
        for number, read in enumerate(self.reads):
            best = read["when"] + shift
            yield {"schema": 1, "event_id": f"s{number}", "type": "sighting", "camera": read["camera"], "track": number,
                   "verdict": "published", "label": "car", "score": 0.9, "first_seen": stamp(best), "last_seen": stamp(best),
                   "best_seen": stamp(best), "media_offset_us": 0, "box": [0.1, 0.1, 0.2, 0.2], "stationary": False,
                   "detections": 3, "travelled": 0.5, "source": "x", "models": {"ocr": "reader@1"},
                   "plate": {"observed": read["plate"], "normalized": read["plate"], "resolved": read["plate"],
                             "confidence": read["confidence"],
                             "character_confidence": [read["confidence"]] * len(read["plate"]), "regions": [], "reads": 1}}
            yield {"schema": 1, "event_id": f"t{number}", "type": "mobile.track", "at": stamp(best), "mobile": "van",
                   "source": "api", "clock_offset_us": 0,
                   "fixes": [{"time": stamp(best), "lat": read["lat"], "lon": read["lon"], "speed": 10.0, "accuracy": 4.0}]}

    def test_who_is_behind_the_car_becomes_a_case(self):
        self.configure(source="api")
        self.succeed("config", "check", self.config)
        write_log(self.folder / "data" / "log", self.events())
        server = Server(self, "--config", self.config)
        server.wait_for("stats", lambda stats: stats["sightings"] >= len(self.reads))

        def found():
            try:
                return server.get("following/cases?subject=mobile:van")["cases"]
            except urllib.error.HTTPError:
                return []
        cases = wait_until(found, lambda cases: {one["vehicle"] for one in cases} & self.followers, "cases")
        self.assertEqual({one["subject"] for one in cases}, {"mobile:van"})
        case = next(one for one in cases if one["vehicle"] in self.followers)
        about = server.get(f"following/cases/{case['id']}")
        squares = {one["camera"] for one in about["sightings"]}
        self.assertEqual({one["camera"] for one in about["places"]}, squares, "all of them are on the map")
        self.assertTrue(all(name.startswith("@") for name in squares))
        self.assertTrue(all(one["vehicle_event"].startswith("s") for one in about["sightings"]))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        pack = self.folder / "case.tar"
        self.succeed("following", "evidence", "export", case["id"], "--data", self.folder / "data", "--out", pack)
        self.succeed("evidence", "verify", pack)
        listed = json.loads(self.succeed("following", "cases", "--data", self.folder / "data", "--subject", "mobile:van",
                                         "--json").stdout)
        self.assertEqual({one["subject"] for one in listed["cases"]}, {"mobile:van"})
        gone = json.loads(self.succeed("following", "forget", "mobile:van", "--data", self.folder / "data", "--json").stdout)
        self.assertEqual(gone["cases"], len(listed["cases"]))
        for file in (self.folder / "data").glob("following.db*"):
            self.assertNotIn(b"mobile:van", file.read_bytes(), file)

    def logged(self):
        return [one.event for one in events_in(self.folder / "data" / "log") if one.kind == "mobile.track"]

    def check_events(self):
        schema = json.loads((SOURCE / "schema/mobile_track.v1.json").read_text())
        for event in self.logged():
            jsonschema.validate(event, schema)

    def test_positions_can_be_sent(self):
        self.configure(source="api")
        server = Server(self, "--config", self.config)

        def send(name, *fixes):
            request = urllib.request.Request(server.url + f"following/mobiles/{name}/track", method="POST",
                                             data=json.dumps({"fixes": fixes}).encode(),
                                             headers={"Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                return error.code, json.load(error)
        at = now()
        fixes = [{"time": stamp(at - datetime.timedelta(seconds=ago)), "lat": 52 + ago / 1000, "lon": 13, "speed": 12.5}
                 for ago in (5, 3, 1)]
        self.assertEqual(send("van", *fixes), (200, {"taken": 3, "left_out": 0}))
        self.assertEqual(send("van", *fixes), (200, {"taken": 0, "left_out": 3}))
        self.assertEqual(send("bus", *fixes)[0], 404)
        self.assertIn("in the future", send("van", {"time": stamp(at + datetime.timedelta(hours=1)), "lat": 1, "lon": 2})[1]["detail"])
        shown = server.get("following/mobiles")["mobiles"]
        self.assertEqual([(one["name"], one["kept"], one["cameras"]) for one in shown], [("van", 3, sorted(self.cameras))])
        self.assertEqual(server.end(signal.SIGKILL), -signal.SIGKILL)
        self.assertEqual(sum(len(event["fixes"]) for event in self.logged()), 3, "what was answered is durable")
        self.check_events()

    def feed(self, write):
        """A receiver that drives north, as long as the test goes on."""
        stop = threading.Event()

        def drive():
            north = 52.0
            while not stop.wait(0.25):
                north += 0.0003
                try:
                    write(nmea(now(), north, 13.4).encode())
                except OSError:
                    return
        thread = threading.Thread(target=drive)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(stop.set)

    def comes_along(self, server):
        def van():
            return server.get("following/mobiles")["mobiles"][0]
        seen = wait_until(van, lambda one: one["kept"] >= 3, "positions", 120)
        self.assertTrue(seen["connected"], seen)
        self.assertAlmostEqual(seen["last"]["lon"], 13.4, 4)
        self.assertEqual(seen["clock_offset_s"], 0, "one clock")
        self.check_events()
        return seen

    def test_nmea_of_a_file_that_grows(self):
        path = self.folder / "gps.nmea"
        path.write_bytes(b"")
        self.configure(source="nmea", path=str(path))
        file = open(path, "ab", buffering=0)
        self.addCleanup(file.close)
        server = Server(self, "--config", self.config)
        self.feed(file.write)
        self.comes_along(server)
        file.write(b"$GPRMC,damaged*00\r\n")
        wait_until(lambda: server.get("following/mobiles")["mobiles"][0]["bad"], lambda bad: bad >= 1, "bad lines", 60)

    def test_nmea_of_a_serial_device(self):
        ours, theirs = os.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        self.configure(source="nmea", path=os.ttyname(theirs), baud=4800)
        server = Server(self, "--config", self.config)
        self.feed(lambda line: os.write(ours, line))
        self.comes_along(server)

    @unittest.skipUnless(GPSD, "gpsd is not installed (./dev deps test)")
    def test_gpsd_itself(self):
        receiver = socket.socket()
        receiver.bind(("127.0.0.1", 0))
        receiver.listen(1)
        self.addCleanup(receiver.close)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def start():
            daemon = subprocess.Popen([GPSD, "-N", "-n", "-S", str(port), f"tcp://127.0.0.1:{receiver.getsockname()[1]}"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

            def end():
                daemon.kill()
                daemon.wait()
            self.addCleanup(end)
            connection, _ = receiver.accept()
            self.addCleanup(connection.close)
            self.feed(connection.sendall)
            return end
        end = start()
        self.configure(source="gpsd", address=f"127.0.0.1:{port}")
        server = Server(self, "--config", self.config)
        self.comes_along(server)
        end()
        wait_until(lambda: server.get("following/mobiles")["mobiles"][0], lambda van: not van["connected"] and van["problem"],
                   "gpsd that is gone", 60)
        time.sleep(1)
        start()
        before = server.get("following/mobiles")["mobiles"][0]["kept"]
        wait_until(lambda: server.get("following/mobiles")["mobiles"][0], lambda van: van["connected"] and van["kept"] > before,
                   "gpsd that is back", 120)


if __name__ == "__main__":
    unittest.main()
