"""Watch lists and convoys from the configuration to the event log, the API and the commands."""
import json
import string
import unittest

import json_schema
from server_support import Server
from support import SOURCE, Case, events_of

LARGE = "demo://street?seed=7&seconds=12&width=1280&height=720&time=day"


class WatchLists(Case):
    def setUp(self):
        super().setUp()
        self.config = self.folder / "vedette.yaml"
        every = json.dumps([sign + "*" for sign in string.ascii_uppercase + string.digits])
        # The built-in reader is not sure of itself, and on one processor of another opinion than on the next.
        self.config.write_text("lpr: { recognition_threshold: 0.05, min_plate_length: 2 }\n"
                               "models: { object: { id: none } }\n"  # plates are looked for on whatever moves
                               "watchlists:\n"
                               f"  everybody: {{ kind: watch, plates: {every}, note: all of them }}\n"
                               "  family: { kind: known, match: strict, plates: [AB12CDE] }\n"
                               "  elsewhere: { plates: [AB12CDE], schedule: [{ days: [mon], hours: 08:00-09:00 }] }\n")

    def test_a_sighting_on_a_list_becomes_an_event(self):
        server = Server(self, LARGE, "--config", self.config)
        seen = server.wait_for("events/recent",
                               lambda answer: any(e["verdict"] == "published" and "plate" in e for e in answer["events"]))
        sighting = next(e for e in seen["events"] if e["verdict"] == "published" and "plate" in e)

        def matches():
            lines = self.succeed("replay", "--data", server.data, "--kind", "watchlist.match").stdout
            return {event["sighting"]: event for event in events_of(lines)}
        server.wait_for("stats", lambda _: sighting["event_id"] in matches())
        match = matches()[sighting["event_id"]]
        schema = json.loads((SOURCE / "schema/watchlist_match.v1.json").read_text())
        plain = {name: value for name, value in schema.items() if name not in ("$schema", "$id", "title")}
        self.assertEqual(list(json_schema.mistakes(schema, plain, match)), [])
        self.assertEqual(match["plate"], sighting["plate"]["resolved"])
        self.assertEqual([one["list"] for one in match["matches"]], ["everybody"])
        self.assertEqual(match["matches"][0]["note"], "all of them")
        lists = {one["name"]: one for one in server.get("watchlists")["watchlists"]}
        self.assertEqual((lists["family"]["kind"], lists["family"]["match"]), ("known", "strict"))
        self.assertTrue(lists["elsewhere"]["scheduled"])
        checked = server.get("watchlists/check?plate=A812CDE")
        self.assertIn("B read as 8", [one["why"] for one in checked["matches"]])

        plate = sighting["plate"]["resolved"]
        asked = f"convoy?plate={plate}&min_places=1"
        document = server.get("openapi.json")
        answer = server.get(asked)
        wrong = json_schema.mistakes(document, {"$ref": "#/components/schemas/Convoy"}, answer)
        self.assertEqual(list(wrong), [])
        self.assertGreaterEqual(answer["passes"], 1)
        told = json.loads(self.succeed("convoy", plate, "--data", server.data, "--min-places", 1, "--json").stdout)
        self.assertEqual(set(told), set(answer))
        patterns = json.loads(self.succeed("patterns", plate, "--data", server.data, "--json").stdout)
        self.assertEqual([one["kind"] for one in patterns["patterns"]][:1], ["first_seen"])
        self.fail_with(2, "patterns", plate, "--data", server.data, "--site", "depot=in", saying="--site")

    def test_a_plate_is_explained_without_a_server(self):
        self.assertIn("family (known, strict): AB12CDE: exactly",
                      self.succeed("watchlist", "check", "ab-12 cde", "--config", self.config).stdout)
        self.assertIn("fits A*", self.succeed("watchlist", "check", "A1", "--config", self.config).stdout)
        at_night = self.succeed("watchlist", "check", "AB12CDE", "--config", self.config, "--at", "2026-11-23T03:00:00Z")
        self.assertNotIn("elsewhere", at_night.stdout)
        self.fail_with(2, "watchlist", "check", "- -", "--config", self.config, saying="no letter or digit")
        self.config.write_text("watchlists:\n  a:\n    plates: [AB1, '**']\n")
        self.fail_with(2, "watchlist", "check", "A", "--config", self.config, saying=["vedette.yaml:3", "plates[1]"])

    def test_convoys_need_a_folder_and_a_plate(self):
        self.fail_with(1, "convoy", "AB1", "--data", self.folder / "none", saying="--data")
        self.fail_with(2, "convoy", saying="PLATE")


if __name__ == "__main__":
    unittest.main()
