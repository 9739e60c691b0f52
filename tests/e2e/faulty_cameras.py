"""A camera that fails when it is told to (tools/testing/faulty_camera.py), its clips, and how a server takes it."""
import subprocess

from cameras import Process
from recording_support import RecordingCase
from server_support import Server, wait_until
from support import SOURCE, events_of, make_clip

H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "bframes=0:keyint=25:log-level=none")


class FaultyCamera(Process):
    """Serves rtsp://127.0.0.1:PORT/NAME for each clip NAME.h264 or NAME.h265."""

    def __init__(self, case, *clips):
        self.process = subprocess.Popen(["python3", SOURCE / "tools/testing/faulty_camera.py", *map(str, clips)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        case.addCleanup(self.end)
        self.port = int(self.process.stdout.readline().split()[1])

    def url(self, name):
        return f"rtsp://127.0.0.1:{self.port}/{name}"

    def tell(self, name, *words):
        """A command of faulty_camera.py. \\return what it says"""
        self.process.stdin.write(" ".join([name, *map(str, words)]) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline().split()
        assert said[:1] == ["ok"], said
        return said[1:]

    def count(self, name):
        """\\return open connections, how many were ever played, flaps that are left"""
        return [int(one) for one in self.tell(name, "count")]

    def end(self):
        self.process.stdin.close()
        super().end()


class FaultyCase(RecordingCase):
    """Clips of four seconds, with a key frame every second, and a server that watches what serves them."""

    def clip(self, name, size="320x240", **codec):
        path = self.folder / name
        if not path.exists():
            make_clip(path, "-bf", "0", seconds=4, size=size, **codec)
        return path

    def serve(self, cameras, retry="300ms"):
        """A server with these cameras: a name and the text of their section each."""
        self.config.write_text(
            "lpr: { enabled: false }\nrecord: { segment: 1s, continuous: { days: 1 } }\n" +
            "cameras:\n" + "".join(f"  {name}: {{ stall_timeout: 2s, retry_interval: {retry}, {text} }}\n"
                                   for name, text in cameras.items()))
        self.server = Server(self, "--config", self.config)
        for name in cameras:
            self.wait_for(name, lambda camera: all(one["state"] == "online" for one in camera["inputs"]))

    def camera(self, name):
        return self.server.get("cameras/" + name)

    def wait_for(self, name, holds, seconds=60):
        return self.server.wait_for("cameras/" + name, holds, seconds)

    def events(self, name):
        """Kinds of the events of a camera that are about the camera itself."""
        lines = self.succeed("replay", "--data", self.data, "--kind", "camera", "--camera", name).stdout
        return events_of(lines)

    def wait_for_event(self, name, kind, seconds=60):
        found = wait_until(lambda: [one for one in self.events(name) if one["type"] == kind], bool, kind, seconds)
        return found[-1]

    def gaps(self, name):
        """Of a recording: where each began and ended, and its cause; what else is one after the other."""
        rows = [row for row in self.rows() if row["camera"] == name]
        gaps = []
        for before, row in zip(rows, rows[1:]):
            if row["gap_cause"]:
                gaps.append((before["end_us_utc"], row["start_us_utc"], row["gap_cause"]))
            else:
                self.assertLess(abs(row["start_us_utc"] - before["end_us_utc"]), 1_000_000, "a busy machine is late")
        return gaps
