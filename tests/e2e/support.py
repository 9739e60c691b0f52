"""What the end-to-end tests share: running the program, temporary folders, the demo clip, the shared data."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("VEDETTE_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
BINARY = os.environ.get("VEDETTE_BIN", str(SOURCE / "build/dev/bin/vedette"))
BUILD = os.environ.get("VEDETTE_BUILD_DIR", str(SOURCE / "build/dev"))
SHARED = pathlib.Path(os.environ.get("VEDETTE_SHARED", SOURCE / "../shared"))
CACHE = os.environ.get("VEDETTE_TEST_CACHE", str(SOURCE / "build/e2e-cache"))
THIRD_PARTY = SOURCE / "tests/models/third-party"
# Small and short, so that rendering it costs little; large enough for plates to be read.
DEMO = "demo://street?seed=7&seconds=6&width=960&height=540&time=day"

needs_shared = unittest.skipUnless((SHARED / "models").is_dir(), f"no shared data at {SHARED} (VEDETTE_SHARED)")


def environment():
    env = dict(os.environ, XDG_CACHE_HOME=CACHE, VEDETTE_SHARED=str(SHARED.resolve()))
    env.pop("VEDETTE_MODELS", None)
    return env


class Case(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = pathlib.Path(self._folder.name)

    def run_program(self, *arguments, timeout=300):
        return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                              env=environment(), stdin=subprocess.DEVNULL)

    def models_without_weights(self):
        """A folder with those of the program's models that need no engine."""
        folder = self.folder / "weightless"
        folder.mkdir()
        for path in (SOURCE / "models").glob("*.model.yaml"):
            if "\nfile: " not in path.read_text():
                (folder / path.name).write_bytes(path.read_bytes())
        return folder

    def succeed(self, *arguments, **options):
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def fail_with(self, code, *arguments, saying=()):
        """The program must end with `code`, name each of `saying`, and speak on stderr in lines of its own."""
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        for words in [saying] if isinstance(saying, str) else saying:
            self.assertIn(words, done.stderr)
        self.assertNotIn("terminate called", done.stderr)
        return done


def events_of(path_or_text):
    text = path_or_text.read_text() if isinstance(path_or_text, pathlib.Path) else path_or_text
    return [json.loads(line) for line in text.splitlines()]


def make_clip(path, *arguments, seconds=2, size="320x240", codec=("-c:v", "libx264", "-preset", "ultrafast", "-g", "25")):
    """A test picture that moves, made by ffmpeg."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}", *codec,
                    "-pix_fmt", "yuv420p", *arguments, str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


# Sees in busy_clip() what there is, and concludes it at once.
BUSY = "detect: { fps: 25, min_initialized: 1, max_disappeared: 2 }\nlpr: { enabled: false }\nmodels: { object: { id: none } }\n"


def busy_clip(path, scale=1):
    """Four boxes cross the picture in less than a second, over and over: some six sightings a second."""
    sizes = [(320, 180), (30, 20), (24, 24), (36, 22), (30, 24)]
    sources = ["color=c=gray"] + ["testsrc2"] * 4
    inputs = [word for source, (width, height) in zip(sources, sizes) for word in (
        "-f", "lavfi", "-i", f"{source}{':' if '=' in source else '='}s={width * scale}x{height * scale}:r=25:d=2")]
    paths = [("mod(t,0.7)*520-30", 10), ("320-mod(t+0.2,0.8)*460", 50), ("mod(t+0.4,0.9)*420-36", 95),
             ("320-mod(t+0.1,0.75)*500", 140)]
    steps = [f"[p{i}][{i + 1}]overlay=x='({x})*{scale}':y={y * scale}[p{i + 1}]" for i, (x, y) in enumerate(paths)]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, "-filter_complex", "[0]null[p0];" + ";".join(steps), "-map", "[p4]",
                    "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)], check=True,
                   stdin=subprocess.DEVNULL)
    return path
