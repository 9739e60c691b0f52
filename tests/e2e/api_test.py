"""The server against its own document: every path, method and status that api/openapi.yaml names is asked for, and the
answer must have the form that stands there. A status without a case here fails, so nobody adds one untested."""
import concurrent.futures
import json
import re
import socket
import subprocess
import threading
import unittest

import api_support
import json_schema
import support

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
EVIL = {"Origin": "http://evil.example"}
FIXES = '{"fixes":[{"time":"2026-11-21T10:15:00Z","lat":52.5,"lon":13.4,"speed":13.9}]}'
JSON = {"Content-Type": "application/json"}
PART = {"Range": "bytes=5-99"}
BEYOND = {"Range": "bytes=99999999-"}

# (method, path of the document, status) -> target, headers, body if there is one. {event} is an event's id, {case} and
# {other} are of cases; the document asks for confirm before dismiss. A 304 is asked for with the
# target of the 200 and its ETag.
CASES = {
    ("get", "/events/recent", 200): ("/events/recent?limit=3&label=car,truck&discarded=true", {}),
    ("get", "/events/recent", 400): ("/events/recent?limit=0", {}),
    ("get", "/events/search", 200): ("/events/search?plate=A*&camera=gate&min_confidence=0.5&from=2020-01-01T00:00:00Z", {}),
    ("get", "/events/search", 400): ("/events/search?plate=A&match=regex", {}),
    ("get", "/events/plate/{text}", 200): ("/events/plate/{plate}?match=fuzzy&max_edits=2", {}),
    ("get", "/events/plate/{text}", 400): ("/events/plate/A?max_edits=3", {}),
    ("get", "/events/camera/{id}", 200): ("/events/camera/gate?limit=2", {}),
    ("get", "/events/camera/{id}", 400): ("/events/camera/gate?camera=drive", {}),
    ("get", "/events/{id}", 200): ("/events/{event}", {}),
    ("get", "/events/{id}", 400): ("/events/{event}?x=y", {}),
    ("get", "/events/{id}", 404): ("/events/no-such", {}),
    ("get", "/ws/events", 101): ("/ws/events", UPGRADE),
    ("get", "/ws/events", 400): ("/ws/events?x=y", UPGRADE),
    ("get", "/ws/events", 403): ("/ws/events", UPGRADE | EVIL),
    ("get", "/ws/events", 426): ("/ws/events", {}),
    ("get", "/cameras", 200): ("/cameras", {}),
    ("get", "/cameras", 400): ("/cameras?x=y", {}),
    ("get", "/cameras/{id}", 200): ("/cameras/yard", {}),
    ("get", "/cameras/{id}", 400): ("/cameras/gate?x=y", {}),
    ("get", "/cameras/{id}", 404): ("/cameras/none", {}),
    ("get", "/cameras/{id}/latest.jpg", 200): ("/cameras/gate/latest.jpg?size=320", {}),
    ("get", "/cameras/{id}/latest.jpg", 400): ("/cameras/gate/latest.jpg?size=1", {}),
    ("get", "/cameras/{id}/latest.jpg", 404): ("/cameras/none/latest.jpg", {}),
    ("get", "/cameras/{id}/latest.jpg", 503): ("/cameras/yard/latest.jpg", {}),
    ("get", "/snapshots/{key}", 200): ("/snapshots/gate%2F1.jpg", {}),
    ("get", "/snapshots/{key}", 400): ("/snapshots/..%2Fx", {}),
    ("get", "/snapshots/{key}", 404): ("/snapshots/none.jpg", {}),
    ("get", "/funnel", 200): ("/funnel", {}),
    ("get", "/funnel", 400): ("/funnel?x=y", {}),
    ("get", "/convoy", 200): ("/convoy?plate={plate}&max_lag=60", {}),
    ("get", "/convoy", 400): ("/convoy?max_lag=60", {}),
    ("get", "/patterns", 200): ("/patterns?plate={plate}&kind=frequent,co_parking", {}),
    ("get", "/patterns", 400): ("/patterns?plate={plate}&kind=loitering", {}),
    ("get", "/watchlists", 200): ("/watchlists", {}),
    ("get", "/watchlists", 400): ("/watchlists?x=y", {}),
    ("get", "/watchlists/check", 200): ("/watchlists/check?plate={plate}", {}),
    ("get", "/watchlists/check", 400): ("/watchlists/check", {}),
    ("get", "/following/cases", 200): ("/following/cases?state=open,updated,confirmed&subject=ab-12-cde&min_llr=-5", {}),
    ("get", "/following/cases", 400): ("/following/cases?state=guilty", {}),
    ("get", "/following/cases/{id}", 200): ("/following/cases/{case}", {}),
    ("get", "/following/cases/{id}", 400): ("/following/cases/{case}?x=y", {}),
    ("get", "/following/cases/{id}", 404): ("/following/cases/fc-none", {}),
    ("post", "/following/cases/{id}/confirm", 200): ("/following/cases/{case}/confirm", {}),
    ("post", "/following/cases/{id}/confirm", 400): ("/following/cases/{case}/confirm?x=y", {}),
    ("post", "/following/cases/{id}/confirm", 403): ("/following/cases/{case}/confirm", EVIL),
    ("post", "/following/cases/{id}/confirm", 404): ("/following/cases/fc-none/confirm", {}),
    ("post", "/following/cases/{id}/confirm", 409): ("/following/cases/{other}/confirm", JSON, '{"revision":99}'),
    ("post", "/following/cases/{id}/confirm", 415): ("/following/cases/{case}/confirm", {}, "why=x"),
    ("post", "/following/cases/{id}/dismiss", 200): ("/following/cases/{case}/dismiss", JSON, '{"why":"my neighbour"}'),
    ("post", "/following/cases/{id}/dismiss", 400): ("/following/cases/{case}/dismiss", JSON, '{"whom":"x"}'),
    ("post", "/following/cases/{id}/dismiss", 403): ("/following/cases/{case}/dismiss", EVIL),
    ("post", "/following/cases/{id}/dismiss", 404): ("/following/cases/fc-none/dismiss", {}),
    ("post", "/following/cases/{id}/dismiss", 409): ("/following/cases/{other}/dismiss", JSON, '{"revision":99}'),
    ("post", "/following/cases/{id}/dismiss", 415): ("/following/cases/{case}/dismiss", {}, "why=x"),
    ("get", "/following/cases/{id}/evidence", 200): ("/following/cases/{case}/evidence", {}),
    ("get", "/following/cases/{id}/evidence", 400): ("/following/cases/{case}/evidence?x=y", {}),
    ("get", "/following/cases/{id}/evidence", 404): ("/following/cases/fc-none/evidence", {}),
    ("get", "/following/mobiles", 200): ("/following/mobiles", {}),
    ("get", "/following/mobiles", 400): ("/following/mobiles?x=y", {}),
    ("post", "/following/mobiles/{name}/track", 200): ("/following/mobiles/van/track", JSON, FIXES),
    ("post", "/following/mobiles/{name}/track", 400): ("/following/mobiles/van/track", JSON, '{"fixes":[{"lat":91}]}'),
    ("post", "/following/mobiles/{name}/track", 403): ("/following/mobiles/van/track", EVIL),
    ("post", "/following/mobiles/{name}/track", 404): ("/following/mobiles/none/track", JSON, FIXES),
    ("post", "/following/mobiles/{name}/track", 409): ("/following/mobiles/bus/track", JSON, FIXES),
    ("post", "/following/mobiles/{name}/track", 415): ("/following/mobiles/van/track", {}, FIXES),
    ("get", "/following/subjects", 200): ("/following/subjects", {}),
    ("get", "/following/subjects", 400): ("/following/subjects?x=y", {}),
    ("get", "/recordings", 200): ("/recordings", {}),
    ("get", "/recordings", 400): ("/recordings?x=y", {}),
    ("get", "/recordings/{camera}/timeline", 200): ("/recordings/gate/timeline?from={recorded}&to={recorded_end}&step=1", {}),
    ("get", "/recordings/{camera}/timeline", 400): ("/recordings/gate/timeline?from={recorded}", {}),
    ("get", "/recordings/{camera}/segments", 200): ("/recordings/gate/segments?limit=2", {}),
    ("get", "/recordings/{camera}/segments", 400): ("/recordings/gate/segments?cursor=x", {}),
    ("get", "/recordings/{camera}/segments/{id}/head.mp4", 200): ("/recordings/gate/segments/{segment}/head.mp4", {}),
    ("get", "/recordings/{camera}/segments/{id}/head.mp4", 400): ("/recordings/gate/segments/{segment}/head.mp4?x=y", {}),
    ("get", "/recordings/{camera}/segments/{id}/head.mp4", 404): ("/recordings/drive/segments/{segment}/head.mp4", {}),
    ("get", "/recordings/{camera}/segments/{id}/media.m4s", 200): ("/recordings/gate/segments/{segment}/media.m4s?count=1", {}),
    ("get", "/recordings/{camera}/segments/{id}/media.m4s", 206): ("/recordings/gate/segments/{segment}/media.m4s?count=1", PART),
    ("get", "/recordings/{camera}/segments/{id}/media.m4s", 400): ("/recordings/gate/segments/{segment}/media.m4s?first=99&count=1", {}),
    ("get", "/recordings/{camera}/segments/{id}/media.m4s", 404): ("/recordings/gate/segments/0/media.m4s?count=1", {}),
    ("get", "/recordings/{camera}/segments/{id}/media.m4s", 416): ("/recordings/gate/segments/{segment}/media.m4s?count=1", BEYOND),
    ("get", "/recordings/{camera}/segments/{id}/file", 200): ("/recordings/gate/segments/{segment}/file", {}),
    ("get", "/recordings/{camera}/segments/{id}/file", 206): ("/recordings/gate/segments/{segment}/file", PART),
    ("get", "/recordings/{camera}/segments/{id}/file", 400): ("/recordings/gate/segments/{segment}/file?x=y", {}),
    ("get", "/recordings/{camera}/segments/{id}/file", 404): ("/recordings/gate/segments/x/file", {}),
    ("get", "/recordings/{camera}/segments/{id}/file", 416): ("/recordings/gate/segments/{segment}/file", BEYOND),
    ("get", "/recordings/{camera}/playlist.m3u8", 200): ("/recordings/gate/playlist.m3u8?from={recorded}&to={recorded_end}", {}),
    ("get", "/recordings/{camera}/playlist.m3u8", 400): ("/recordings/gate/playlist.m3u8?from={recorded_end}&to={recorded}", {}),
    ("get", "/recordings/{camera}/playlist.m3u8", 404): ("/recordings/none/playlist.m3u8?from={recorded}&to={recorded_end}", {}),
    ("get", "/recordings/{camera}/video.mp4", 200): ("/recordings/gate/video.mp4?from={recorded}&to={recorded_end}", {}),
    ("get", "/recordings/{camera}/video.mp4", 206): ("/recordings/gate/video.mp4?from={recorded}&to={recorded_end}", PART),
    ("get", "/recordings/{camera}/video.mp4", 400): ("/recordings/gate/video.mp4?from={recorded}&to=2100-01-01T00:00:00Z", {}),
    ("get", "/recordings/{camera}/video.mp4", 404): ("/recordings/gate/video.mp4?from=2001-01-01T00:00:00Z&to=2001-01-01T01:00:00Z", {}),
    ("get", "/recordings/{camera}/video.mp4", 416): ("/recordings/gate/video.mp4?from={recorded}&to={recorded_end}", BEYOND),
    ("get", "/recordings/{camera}/picture", 200): ("/recordings/gate/picture?at={recorded}&size=160", {}),
    ("get", "/recordings/{camera}/picture", 400): ("/recordings/gate/picture?at=now", {}),
    ("get", "/recordings/{camera}/picture", 404): ("/recordings/gate/picture?at=2001-01-01T00:00:00Z", {}),
    ("get", "/recordings/{camera}/previews", 200): ("/recordings/gate/previews?from={recorded}&to={recorded_end}", {}),
    ("get", "/recordings/{camera}/previews", 400): ("/recordings/gate/previews?from={recorded}", {}),
    ("get", "/recordings/{camera}/preview.jpg", 200): ("/recordings/gate/preview.jpg?at={recorded}", {}),
    ("get", "/recordings/{camera}/preview.jpg", 400): ("/recordings/gate/preview.jpg", {}),
    ("get", "/recordings/{camera}/preview.jpg", 404): ("/recordings/gate/preview.jpg?at=2001-01-01T00:00:00Z", {}),
    ("get", "/recordings/{camera}/export", 200): ("/recordings/gate/export?from={recorded}&to={recorded_end}", {}),
    ("get", "/recordings/{camera}/export", 400): ("/recordings/gate/export", {}),
    ("get", "/recordings/{camera}/export", 404): ("/recordings/none/export?from={recorded}&to={recorded_end}", {}),
    ("get", "/recordings/{camera}/timelapse.mp4", 200): ("/recordings/gate/timelapse.mp4?from={recorded}&to={recorded_end}&speed=20", {}),
    ("get", "/recordings/{camera}/timelapse.mp4", 400): ("/recordings/gate/timelapse.mp4?from={recorded}&to={recorded_end}&speed=2", {}),
    ("get", "/recordings/{camera}/timelapse.mp4", 404): ("/recordings/none/timelapse.mp4?from={recorded}&to={recorded_end}", {}),
    ("put", "/recordings/{camera}/keep", 200): ("/recordings/gate/keep?from={recorded}&to={recorded_end}", {}),
    ("put", "/recordings/{camera}/keep", 400): ("/recordings/gate/keep?from={recorded_end}&to={recorded}", {}),
    ("put", "/recordings/{camera}/keep", 403): ("/recordings/gate/keep?from={recorded}&to={recorded_end}", EVIL),
    ("put", "/recordings/{camera}/keep", 404): ("/recordings/none/keep?from={recorded}&to={recorded_end}", {}),
    ("delete", "/recordings/{camera}/keep", 200): ("/recordings/gate/keep?from={recorded}&to={recorded_end}", {}),
    ("delete", "/recordings/{camera}/keep", 400): ("/recordings/gate/keep?from={recorded}&to={recorded_end}&x=y", {}),
    ("delete", "/recordings/{camera}/keep", 403): ("/recordings/gate/keep?from={recorded}&to={recorded_end}", EVIL),
    ("delete", "/recordings/{camera}/keep", 404): ("/recordings/none/keep?from={recorded}&to={recorded_end}", {}),
    ("post", "/recordings/{camera}/trigger", 200): ("/recordings/gate/trigger", JSON, '{"reason":"the bell","before_s":3,"after_s":60}'),
    ("post", "/recordings/{camera}/trigger", 400): ("/recordings/gate/trigger", JSON, '{"before_s":-1}'),
    ("post", "/recordings/{camera}/trigger", 403): ("/recordings/gate/trigger", EVIL),
    ("post", "/recordings/{camera}/trigger", 404): ("/recordings/none/trigger", {}),
    ("post", "/recordings/{camera}/trigger", 415): ("/recordings/gate/trigger", {}, "reason=x"),
    ("get", "/recordings/triggers", 200): ("/recordings/triggers?camera=gate&limit=1", {}),
    ("get", "/recordings/triggers", 400): ("/recordings/triggers?cursor=x", {}),
    ("get", "/recordings/plan", 200): ("/recordings/plan?within=3600&limit=2", {}),
    ("get", "/recordings/plan", 400): ("/recordings/plan?within=-1", {}),
    ("get", "/recordings/forecast", 200): ("/recordings/forecast", {}),
    ("get", "/recordings/forecast", 400): ("/recordings/forecast?x=y", {}),
    ("get", "/health", 200): ("/health", {}),
    ("get", "/health", 400): ("/health?x=y", {}),
    ("get", "/ready", 200): ("/ready", {}),
    ("get", "/ready", 400): ("/ready?x=y", {}),
    ("get", "/stats", 200): ("/stats", {}),
    ("get", "/stats", 400): ("/stats?x=y", {}),
    ("get", "/metrics", 200): ("/metrics", {}),
    ("get", "/metrics", 400): ("/metrics?x=y", {}),
    ("post", "/config/reload", 200): ("/config/reload", {}),
    ("post", "/config/reload", 400): ("/config/reload?x=y", {}),
    ("post", "/config/reload", 403): ("/config/reload", EVIL),
    ("get", "/", 200): ("/", {}),
    ("get", "/following", 200): ("/following", {}),
    ("get", "/following/{id}", 200): ("/following/{case}", {}),
    ("get", "/following/{id}", 400): ("/following/%01", {}),
    ("get", "/assets/{file}", 200): ("/assets/app.js", {}),
    ("get", "/assets/{file}", 400): ("/assets/%01", {}),
    ("get", "/assets/{file}", 404): ("/assets/none", {}),
    ("get", "/docs", 200): ("/docs", {}),
    ("get", "/docs/{file}", 200): ("/docs/index.html", {}),
    ("get", "/docs/{file}", 400): ("/docs/%01", {}),
    ("get", "/docs/{file}", 404): ("/docs/none", {}),
    ("get", "/openapi.json", 200): ("/openapi.json", {}),
}
# Those that need a server in a state of its own; unit tests of src/api bring it about.
ELSEWHERE = {
    ("get", "/recordings/{camera}/segments/{id}/media.m4s", 503), ("post", "/recordings/{camera}/trigger", 429),
    ("get", "/ready", 503), ("get", "/ws/events", 503), ("get", "/stats", 501), ("get", "/metrics", 501),
    ("post", "/config/reload", 409), ("post", "/config/reload", 501),
    ("post", "/config/reload", 503),
    ("get", "/convoy", 501), ("get", "/patterns", 501), ("get", "/watchlists", 501), ("get", "/watchlists/check", 501),
    ("get", "/following/cases", 404), ("get", "/following/subjects", 404), ("get", "/following/cases/{id}/evidence", 403),
} | {(method, f"/following/{rest}", status) for status in (501, 503) for method, rest in (
    ("get", "cases"), ("get", "cases/{id}"), ("post", "cases/{id}/confirm"), ("post", "cases/{id}/dismiss"),
    ("get", "cases/{id}/evidence"), ("get", "subjects"), ("post", "mobiles/{name}/track"))} | {
    ("get", "/following/mobiles", 501)} | {(method, f"/recordings{rest}", 501) for method, rest in (
    ("get", ""), ("get", "/plan"), ("get", "/forecast"), ("get", "/triggers"), ("post", "/{camera}/trigger"), ("put", "/{camera}/keep"), ("delete", "/{camera}/keep"), *(("get", f"/{{camera}}/{rest}") for rest in (
        "timeline", "segments", "segments/{id}/head.mp4", "segments/{id}/media.m4s", "segments/{id}/file", "playlist.m3u8",
        "video.mp4", "picture", "previews", "preview.jpg", "export", "timelapse.mp4")))} | {("get", "/recordings/{camera}/timelapse.mp4", 503)}


@api_support.needs_demo
class Conformance(api_support.Server):
    def setUp(self):
        self.document = self.get_json("/openapi.json")
        newest = self.get_json("/events/recent?limit=50")["events"]
        self.event = newest[0]["event_id"]
        self.plate = next(event["plate"]["resolved"] for event in newest if "plate" in event)
        self.segment = self.get_json("/recordings/gate/segments?limit=1")["segments"][0]
        self.cases = sorted(case["id"] for case in self.get_json("/following/cases")["cases"])

    def documented(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                for status, answer in operation["responses"].items():
                    yield method, path, int(status), json_schema.resolve(self.document, answer)

    def target_of(self, method, path, status, base):
        key = (method, path, 200 if status == 304 else status)
        self.assertIn(key, CASES, "this status is in the document but has no case in this test")
        target, headers, *body = CASES[key]
        for name, value in {"event": self.event, "plate": self.plate, "case": self.cases[0], "other": self.cases[1],
                            "segment": str(self.segment["id"]), "recorded": self.segment["from"],
                            "recorded_end": self.segment["to"]}.items():
            target = target.replace(f"{{{name}}}", value)
        if status == 304:
            headers = headers | {"If-None-Match": self.ask("GET", base + target)[1]["etag"]}
        return target, headers, *body

    def check(self, answer, status, headers, body, where):
        content = answer.get("content", {})
        if not content:
            self.assertEqual(body, b"", where)
            return
        kind = headers["content-type"].split(";")[0]
        self.assertIn(kind, content, where)
        if kind.endswith("json"):
            wrong = list(json_schema.mistakes(self.document, content[kind]["schema"], json.loads(body)))
            self.assertEqual(wrong, [], where)
        if status >= 400:
            self.assertIn(kind, ("application/problem+json", "application/json"), where)
        for name in answer.get("headers", {}):
            if name not in ("Link", "Vedette-Privacy-Mask"):  # not on the last page; only of cameras that have a mask
                self.assertIn(name.lower(), headers, where)

    def test_every_answer_of_the_document(self):
        for method, path, status, answer in self.documented():
            if (method, path, status) in ELSEWHERE:
                continue
            for base in ("", "/api/v1"):
                with self.subTest(method=method, path=path, status=status, base=base):
                    for _ in range(10):  # the scene moves: an ETag may be old by the time it is sent back
                        target, *sent = self.target_of(method, path, status, base)
                        got, fields, body = self.ask(method.upper(), base + target, *sent)
                        if status != 304 or got == 304:
                            break
                    self.assertEqual(got, status, body[:300])
                    self.check(answer, status, fields, body, f"{method} {target}")
                    self.assertEqual(fields["x-content-type-options"] if status != 101 else "nosniff", "nosniff")

    def test_no_case_is_left_over(self):
        documented = {(method, path, status) for method, path, status, _ in self.documented()}
        self.assertEqual((CASES.keys() | ELSEWHERE) - documented, set())

    def test_other_methods_are_refused_with_those_that_are_known(self):
        for path, methods in self.document["paths"].items():
            known = {name.upper() for name in methods} | {"OPTIONS"} | ({"HEAD"} if "get" in methods else set())
            target = re.sub(r"{\w+}", "x", path)
            for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - known:
                with self.subTest(method=method, path=path):
                    status, headers, body = self.ask(method, target)
                    self.assertEqual(status, 405)
                    self.assertEqual(set(headers["allow"].split(", ")), known)
                    self.assertEqual(json.loads(body)["code"], "wrong_method")
            status, headers, body = self.ask("OPTIONS", target)
            self.assertEqual((status, set(headers["allow"].split(", ")), body), (204, known, b""), path)

    def test_every_parameter_of_a_query_is_known(self):
        """One at a time with its example or a plain value: none may be refused as unknown."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                for parameter in operation.get("parameters", []):
                    parameter = json_schema.resolve(self.document, parameter)
                    if parameter["in"] != "query":
                        continue
                    _, _, body = self.ask(method.upper(), re.sub(r"{\w+}", "gate", path) + f"?{parameter['name']}=")
                    self.assertNotIn(b"there is no parameter", body, f"{path} {parameter['name']}")

    def test_pages_lead_through_all_events_once(self):
        seen, target = [], "/events/recent?limit=7"
        while target:
            page = self.get_json(target)
            seen += [event["event_id"] for event in page["events"]]
            target = page["next"]
        self.assertEqual(len(seen), 60)
        self.assertEqual(len(set(seen)), 60)


@api_support.needs_demo
class Behaviour(api_support.Server):
    def test_many_clients_at_once(self):
        targets = ["/events/recent", "/cameras", "/health", "/events/search?plate=A*", "/cameras/gate/latest.jpg?size=160",
                   "/no-such", "/events/recent?limit=0", "/metrics"]
        wanted = {target: self.ask("GET", target)[0] for target in targets}
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            for target, status in pool.map(lambda target: (target, self.ask("GET", target)[0]), targets * 40):
                self.assertEqual(status, wanted[target], target)

    def test_garbage_does_not_disturb(self):
        def throw(seed):
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as client:
                client.sendall(bytes((seed * 31 + i * 17) % 256 for i in range(3000)) + b"\r\n\r\n")
                client.recv(100)

        threads = [threading.Thread(target=throw, args=(seed,)) for seed in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.ask("GET", "/health")[0], 200)

    def test_the_examples_of_the_guide(self):
        """Every curl command of docs/guide/api.md and recording.md works as it stands there."""
        guide = "".join((support.SOURCE / "docs/guide" / name).read_text() for name in ("api.md", "recording.md"))
        segment = self.get_json("/recordings/gate/segments")["segments"][0]
        commands = re.findall(r"^curl .*$", "\n".join(re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)), re.MULTILINE)
        self.assertGreater(len(commands), 5)
        event = self.get_json("/events/recent")["events"][0]
        case = self.get_json("/following/cases")["cases"][0]["id"]
        for command in commands:
            with self.subTest(command):
                command = command.replace("http://127.0.0.1:8080", self.address)
                command = command.replace("EVENT_ID", event["event_id"]).replace("SNAPSHOT", event["snapshot"])
                command = command.replace("CASE", case)
                command = command.replace("2026-11-28T14:00:00Z", segment["from"]).replace("2026-11-28T14:05:00Z", segment["to"])
                done = subprocess.run(["bash", "-c", command.replace("curl ", "curl --fail-with-body ", 1)],
                                      capture_output=True, timeout=60, cwd=self.folder())
                self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr[-500:])

    def folder(self):
        import tempfile
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name


if __name__ == "__main__":
    unittest.main()
