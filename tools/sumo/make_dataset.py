#!/usr/bin/env python3
"""Makes a data set of many days of SUMO's traffic with planted followers.

Network by netgenerate, days of vehicles that live and work somewhere, subjects and those who follow
them as ordinary vehicles of SUMO, one run of sumo for each day, then `vedette simulate import-sumo`.
The same arguments give the same files (with the same version of SUMO).

Needs Debian's packages sumo and sumo-tools:
  apt-get install --no-install-recommends sumo sumo-tools
Example:
  tools/sumo/make_dataset.py --out /tmp/town --days 3 --vehicles 3000 --cameras 60 --subjects 4
"""
import argparse
import concurrent.futures
import csv
import json
import math
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

DAY_S = 86_400
HOUR_S = 3600
# Synthetic: no town stands there.
CORNER_LAT, CORNER_LON, METERS_PER_DEGREE = 49.0, 8.0, 111_195


def fail(message: str) -> None:
    print(f"make_dataset: error: {message}", file=sys.stderr)
    sys.exit(1)


def find_sumolib():
    home = os.environ.get("SUMO_HOME", "/usr/share/sumo")
    sys.path.insert(0, str(Path(home) / "tools"))
    try:
        import sumolib  # noqa: PLC0415 - only there with sumo-tools
    except ImportError:
        fail("SUMO's tools are missing: apt-get install sumo sumo-tools, or set SUMO_HOME")
    for program in ("sumo", "netgenerate"):
        if shutil.which(program) is None:
            fail(f"{program} is missing: apt-get install sumo sumo-tools")
    os.environ.setdefault("SUMO_HOME", home)
    return sumolib


def run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"{command[0]} failed:\n{done.stderr[-2000:]}")


def make_network(options, file: Path) -> None:
    run("netgenerate", "--grid", "--grid.x-number", options.columns, "--grid.y-number", options.rows,
        "--grid.length", 240, "--grid.attach-length", 200, "--default.lanenumber", 2,
        "--default.speed", 13.9, "--perturb-x", "normc(0,25,-60,60)", "--perturb-y", "normc(0,25,-60,60)",
        "--tls.guess", "true", "--no-turnarounds", "true", "--seed", options.seed,
        "--output-file", file)


class Town:
    """Edges of the network, and the cameras at them."""

    def __init__(self, sumolib, network: Path, options, chance: random.Random):
        self.net = sumolib.net.readNet(str(network))
        self.edges = sorted((edge for edge in self.net.getEdges() if edge.getFunction() == ""),
                            key=lambda edge: edge.getID())
        inner = [edge for edge in self.edges
                 if len(edge.getFromNode().getOutgoing()) > 2 and len(edge.getToNode().getOutgoing()) > 2]
        self.inner = inner
        self.camera_edges = sorted(chance.sample(inner, min(options.cameras, len(inner))),
                                   key=lambda edge: edge.getID())

    def centre(self, edge):
        (ax, ay), (bx, by) = edge.getFromNode().getCoord(), edge.getToNode().getCoord()
        return (ax + bx) / 2, (ay + by) / 2

    def far(self, a, b) -> float:
        (ax, ay), (bx, by) = self.centre(a), self.centre(b)
        return abs(ax - bx) + abs(ay - by)

    def write_cameras(self, file: Path) -> None:
        with file.open("w", newline="", encoding="utf-8") as out:
            rows = csv.writer(out, lineterminator="\n")
            rows.writerow(["camera", "edge", "position_m", "edge_length_m", "lat", "lon", "bearing"])
            for number, edge in enumerate(self.camera_edges):
                (ax, ay), (bx, by) = edge.getFromNode().getCoord(), edge.getToNode().getCoord()
                east, north = ax + (bx - ax) * 0.6, ay + (by - ay) * 0.6
                rows.writerow([
                    f"cam{number + 1:04d}", edge.getID(), round(edge.getLength() * 0.6, 2),
                    round(edge.getLength(), 2), round(CORNER_LAT + north / METERS_PER_DEGREE, 6),
                    round(CORNER_LON + east / METERS_PER_DEGREE / math.cos(math.radians(CORNER_LAT)), 6),
                    round(math.degrees(math.atan2(bx - ax, by - ay))) % 360])


class Vehicle:
    def __init__(self, number: int, town: Town, chance: random.Random, others: list):
        self.name = f"v{number}"
        self.home = chance.choice(town.inner)
        self.work = chance.choice(town.inner[: max(8, len(town.inner) // 6)]
                                  if chance.random() < 0.6 else town.inner)
        self.leaves_home = chance.gauss(7.6, 0.7) * HOUR_S
        self.leaves_work = self.leaves_home + chance.gauss(9.0, 0.9) * HOUR_S
        self.kind = chance.choices(["commuter", "errands", "rounds", "rare"], [55, 20, 4, 21])[0]
        self.subject = False
        self.trips_made = 0
        if others and self.kind == "commuter" and chance.random() < 0.12:
            other = chance.choice(others)  # neighbours with the same work and the same hours
            self.home, self.work = other.home, other.work
            self.leaves_home = other.leaves_home + chance.uniform(-60, 60)
            self.leaves_work = other.leaves_work + chance.uniform(-120, 120)

    def day(self, day: int, town: Town, chance: random.Random) -> list:
        """[second of the day, from, to, via], in order."""
        weekend = day % 7 >= 5
        plan = []

        def go(at: float, to) -> float:
            here = plan[-1][2] if plan else self.home
            at = max(at, plan[-1][0] + 900 if plan else 0)
            if to is not here:
                plan.append([at, here, to, via(here, to)])
            return at

        def via(here, to):
            # A habit: now and then by another road, always the same one between the same two.
            habit = random.Random(f"{self.name}{here.getID()}{to.getID()}")
            return habit.choice(town.inner) if habit.random() < 0.25 else None

        if self.kind == "rare" and chance.random() > 0.15:
            return plan
        if self.kind == "rounds" and not weekend:
            at = chance.gauss(8.0, 0.3) * HOUR_S
            for _ in range(chance.randint(8, 15)):
                at = go(at, chance.choice(town.inner)) + chance.uniform(900, 1800)
            go(at, self.home)
        elif self.kind == "commuter" and not weekend:
            if chance.random() < 0.1:
                return plan
            go(chance.gauss(self.leaves_home, 150), self.work)
            at = chance.gauss(self.leaves_work, 400)
            for _ in range(chance.randint(0, 2) if self.subject else int(chance.random() < 0.3)):
                at = go(at, chance.choice(town.inner)) + chance.uniform(1500, 3600)
            go(at, self.home)
        else:
            at = chance.uniform(9, 16) * HOUR_S
            for _ in range(chance.randint(1, 3) if self.subject else chance.randint(0, 2)):
                at = go(at, chance.choice(town.inner)) + chance.uniform(1500, 6000)
            go(at, self.home)
        if self.subject and chance.random() < 0.5:
            at = go(max(plan[-1][0] + 5400 if plan else 0, chance.uniform(19, 20) * HOUR_S),
                    chance.choice(town.inner))
            go(at + chance.uniform(3600, 7200), self.home)
        return [leg for leg in plan if leg[0] < 23 * HOUR_S]


class Demand:
    """All trips of all days, with who follows whom on which."""

    TACTICS = ("close", "ahead", "intermittent", "parallel")

    def __init__(self, town: Town, options, chance: random.Random):
        self.town, self.options, self.chance = town, options, chance
        self.vehicles = []
        for number in range(options.vehicles):
            self.vehicles.append(Vehicle(number, town, chance, self.vehicles))
        commuters = [v for v in self.vehicles if v.kind == "commuter" and town.far(v.home, v.work) > 1500]
        if len(commuters) < options.subjects * (options.followers + 1):
            fail("too few vehicles for so many subjects and followers: give more --vehicles")
        chosen = chance.sample(commuters, options.subjects * (options.followers + 1))
        self.teams, turn = [], 0
        for s in range(options.subjects):
            subject = chosen[s * (options.followers + 1)]
            subject.subject = True
            for f in range(options.followers):
                trips = options.trips[turn % len(options.trips)]
                tactic = self.TACTICS[(turn + turn // len(self.TACTICS)) % len(self.TACTICS)]
                days = sorted(chance.randrange(options.days) for _ in range(trips))
                self.teams.append({"subject": subject, "follower": chosen[s * (options.followers + 1) + 1 + f],
                                   "tactic": tactic, "days": days, "trips": []})
                turn += 1

    def name_trip(self, vehicle: Vehicle) -> str:
        vehicle.trips_made += 1
        return f"{vehicle.name}#{vehicle.trips_made}"

    def day(self, day: int) -> list:
        """[depart, name, from, to, via] of one day, in order of departure."""
        plans = {vehicle.name: vehicle.day(day, self.town, self.chance) for vehicle in self.vehicles}
        trips = []
        subject_trips = {}
        for team in self.teams:
            name = team["subject"].name
            if name not in subject_trips:
                subject_trips[name] = [
                    (self.name_trip(team["subject"]), leg) for leg in plans.pop(name)]
                trips += [(leg[0], trip, *leg[1:]) for trip, leg in subject_trips[name]]
        for team in self.teams:
            due = sum(1 for planned in team["days"] if planned <= day) - len(team["trips"])
            self.join(team, due, subject_trips[team["subject"].name], plans, trips)
        for vehicle in self.vehicles:
            for leg in plans.get(vehicle.name, []):
                trips.append((leg[0], self.name_trip(vehicle), *leg[1:]))
        return sorted(trips, key=lambda trip: (trip[0], trip[1]))

    def join(self, team, due: int, subject_trips: list, plans: dict, trips: list) -> None:
        follower, chance = team["follower"], self.chance
        candidates = [(trip, leg) for trip, leg in subject_trips
                      if self.town.far(leg[1], leg[2]) > 1200 and leg[0] > 3 * HOUR_S]
        chance.shuffle(candidates)
        free = 0.0
        for trip, leg in sorted(candidates[:due], key=lambda one: one[1][0]):
            at, begin, end, via = leg
            if at < free:
                continue
            free = at + 2.5 * HOUR_S
            # Its own trips of these hours are not made.
            plans[follower.name] = [own for own in plans[follower.name] if not at - 5400 < own[0] < at + 5400]
            trips.append((at - chance.uniform(1500, 3000), self.name_trip(follower), follower.home, begin, None))
            lag = chance.uniform(2, 8)
            if team["tactic"] == "ahead":
                lag = -chance.uniform(3, 10)
            if team["tactic"] == "parallel":
                lag, via = chance.uniform(0, 20), chance.choice(self.town.inner)
            if team["tactic"] == "intermittent":  # leaves the subject on the way
                lag, end = chance.uniform(4, 25), chance.choice(self.town.inner)
            name = self.name_trip(follower)
            trips.append((at + lag, name, begin, end, via))
            trips.append((at + chance.uniform(2400, 4500), self.name_trip(follower), end, follower.home, None))
            team["trips"].append((trip, name))

    def write_plan(self, file: Path) -> None:
        subjects = {}
        for team in self.teams:
            subjects.setdefault(team["subject"].name, []).append(
                {"vehicle": team["follower"].name, "tactic": team["tactic"], "wanted_trips": len(team["days"]),
                 "trips": team["trips"]})
        file.write_text(json.dumps({"subjects": [
            {"vehicle": name, "followers": followers} for name, followers in subjects.items()]}, indent=1))


def write_trips(trips: list, day: int, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write('<routes>\n<vType id="car" speedFactor="normc(1.0,0.1,0.8,1.25)" sigma="0.5"/>\n')
        for depart, name, begin, end, via in trips:
            by = f' via="{via.getID()}"' if via is not None and via not in (begin, end) else ""
            out.write(f'<trip id="{name}" type="car" depart="{day * DAY_S + max(0.0, depart):.2f}" '
                      f'from="{begin.getID()}" to="{end.getID()}"{by} departLane="best" '
                      f'departPos="random_free"/>\n')
        out.write("</routes>\n")


def run_day(network: Path, folder: Path, day: int, options) -> Path:
    # The mesoscopic model queues vehicles on parts of edges instead of moving each on its lane:
    # some ten times as fast, the same signals and jams, no lanes to change.
    meso = ("--mesosim", "true", "--meso-junction-control", "true") if options.meso else ()
    routes = folder / f"vehroutes.{day:03d}.xml"
    run("sumo", "-n", network, "-r", folder / f"trips.{day:03d}.xml", "--begin", day * DAY_S,
        "--end", (day + 1) * DAY_S, "--step-length", 1, "--seed", options.seed + day, *meso,
        "--vehroute-output", routes, "--vehroute-output.exit-times", "true",
        "--vehroute-output.write-unfinished", "true", "--time-to-teleport", 120,
        "--ignore-route-errors", "true", "--no-step-log", "true", "--no-warnings", "true",
        "--xml-validation", "never")
    return routes


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the data set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--vehicles", type=int, default=3000)
    parser.add_argument("--cameras", type=int, default=60)
    parser.add_argument("--subjects", type=int, default=4)
    parser.add_argument("--followers", type=int, default=4, help="of each subject")
    parser.add_argument("--trips", default="5,3,2", help="how many trips followers join, in turns")
    parser.add_argument("--columns", type=int, default=12)
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--meso", action="store_true", help="SUMO's mesoscopic model: ten times as fast")
    parser.add_argument("--jobs", type=int, default=1, help="days to run at once")
    parser.add_argument("--vedette", default="vedette", help="the program")
    parser.add_argument("--keep", action="store_true", help="keep SUMO's files in OUT/sumo")
    options, options.more = parser.parse_known_args()  # the rest is for import-sumo
    options.trips = [int(one) for one in options.trips.split(",")]
    return options


def main() -> None:
    options = arguments()
    sumolib = find_sumolib()
    folder = options.out / "sumo"
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(options.seed)
    network = folder / "town.net.xml"
    make_network(options, network)
    town = Town(sumolib, network, options, chance)
    town.write_cameras(folder / "cameras.csv")
    demand = Demand(town, options, chance)
    for day in range(options.days):
        write_trips(demand.day(day), day, folder / f"trips.{day:03d}.xml")
    demand.write_plan(folder / "plan.json")
    with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
        outputs = list(pool.map(lambda day: run_day(network, folder, day, options), range(options.days)))
    done = subprocess.run([options.vedette, "simulate", "import-sumo", *map(str, outputs),
                           "--cameras", str(folder / "cameras.csv"), "--plan", str(folder / "plan.json"),
                           "--seed", str(options.seed), "--out", str(options.out), "--replace", *options.more],
                          check=False)
    if not options.keep:
        shutil.rmtree(folder)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
