"""What tests of recordings share."""
import sqlite3
import subprocess

from support import BUSY, Case, busy_clip


def packets(path):
    """Sizes of the pictures in a file, by ffprobe."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=size", "-of", "csv=p=0",
                           str(path)], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return [int(line.split(",")[0]) for line in done.stdout.split()]


def packet_hashes(path):
    """Digests of the pictures in a file, packet by packet."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_data_hash", "sha256", "-show_entries",
                           "packet=data_hash", "-of", "csv=p=0", str(path)], capture_output=True, text=True, check=True,
                          stdin=subprocess.DEVNULL)
    return [line.strip(",") for line in done.stdout.split() if line.strip(",")]


class RecordingCase(Case):
    def setUp(self):
        super().setUp()
        self.config = self.folder / "vedette.yaml"
        self.data = self.folder / "data"

    def configure(self, record, cameras=1, inputs="{{ path: {clip} }}"):
        clip = self.folder / "busy.mp4"
        if not clip.exists():
            busy_clip(clip)
        self.config.write_text(BUSY + f"record: {record}\ncameras:\n" + "".join(
            f"  c{i}: {{ inputs: [{inputs.format(clip=clip)}] }}\n" for i in range(cameras)))

    def rows(self):
        index = sqlite3.connect(f"file:{self.data}/recordings.db?mode=ro", uri=True, timeout=20)
        try:
            index.row_factory = sqlite3.Row
            return [dict(row) for row in index.execute("SELECT * FROM segments ORDER BY camera, start_us_utc")]
        finally:
            index.close()

    def files(self):
        return {str(path.relative_to(self.data / "recordings")): path.stat().st_size
                for path in (self.data / "recordings").rglob("*") if path.suffix in (".mp4", ".mkv")}
