"""From the picture to the stored sighting: one search in the log finds an event's whole life."""
import json
import signal
import unittest

from server_support import Server, wait_until
from support import DEMO, SHARED, THIRD_PARTY, Case


class Trace(Case):
    def test_one_search_finds_the_life_of_an_event(self):
        self.succeed("process", DEMO, "--quiet")  # renders the clip, once
        log = self.folder / "log.jsonl"
        config = self.folder / "vedette.yaml"
        config.write_text(f"logger: {{ default: trace, format: json, file: {{ path: {log}, max_size: 100MB }} }}\n"
                          f"cameras: {{ street: {{ inputs: [{{ path: '{DEMO}', loop: false }}] }} }}\n")
        models = ["--models", THIRD_PARTY] if (SHARED / "models").is_dir() else []
        server = Server(self, "--config", config, *models)
        event = server.wait_for("events/recent", lambda answer: len(answer["events"]) >= 1)["events"][0]
        self.assertRegex(event["trace_id"], "^[0-9a-f]{32}$")
        self.assertEqual(server.get("events/" + event["event_id"])["trace_id"], event["trace_id"])

        def lines():
            return [json.loads(line) for line in log.read_text().splitlines()]

        def life():
            return [line for line in lines() if line.get("event") == event["event_id"]]

        last = {"sighting written", "sighting stored"}  # by two threads: in either order
        told = wait_until(life, lambda found: last <= {line["message"] for line in found}, "the log", 30)
        messages = [line["message"] for line in told]
        self.assertEqual(messages[0], "track began")
        self.assertEqual(messages[-3], "track concluded")
        self.assertEqual(set(messages[-2:]), last)
        for line in told:
            self.assertEqual((line["camera"], line["track"]), ("street", event["track"]))
        for line in told[-3:]:
            self.assertEqual(line["trace"], event["trace_id"])
        looks = [line for line in lines() if line["message"] == "picture looked at"]
        self.assertEqual(sum(line["trace"] == event["trace_id"] for line in looks), 1)
        self.assertEqual(len({line["trace"] for line in looks}), len(looks))
        self.assertEqual(server.end(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main()
