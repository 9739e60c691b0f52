"""What the benchmarks of whole programs share: clips, ports, and what a process uses."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
SHARED = pathlib.Path(os.environ.get("VEDETTE_SHARED", SOURCE / "../shared"))


def ffmpeg(*arguments):
    subprocess.run(["nice", "-n", "5", "ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wall(folder, seconds=60, rate="3M"):
    """1080p25 of an idle camera, H.264: a still picture (a real car park, if it is at hand) with the noise of a sensor."""
    path = pathlib.Path(folder, f"wall-{rate}.mp4")
    source = SHARED / "data/video/intel_car-detection.mp4"
    still = ["-i", str(source), "-vf", "trim=end_frame=1,scale=1920:1080,loop=-1:1:0,setpts=N/25/TB,noise=alls=6:allf=t:all_seed=7"] \
        if source.exists() else ["-f", "lavfi", "-i", "smptebars=s=1920x1080:r=25", "-vf", "noise=alls=6:allf=t:all_seed=7"]
    if not path.exists():
        whole = path.with_name("wall-whole.mp4")
        ffmpeg(*still, "-t", seconds + 20, "-r", 25, "-c:v", "libx264", "-preset", "veryfast", "-b:v", rate, "-maxrate", rate,
               "-bufsize", rate, "-bf", "0", "-g", "50", "-sc_threshold", "0", "-pix_fmt", "yuv420p", whole)
        ffmpeg("-ss", 20, "-i", whole, "-c", "copy", path)  # without what its rate control needs to settle
        whole.unlink()
    return path


def used(*processes):
    """Seconds of processor so far and resident MiB of all of them together."""
    seconds = mib = 0
    for process in processes:
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        mib += int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
    return seconds, mib


def own_mib(process):
    """Resident MiB that no other process has: without the pages of shared libraries and files."""
    text = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    return sum(int(kib) for kib in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", text, re.M)) / 1024


def cores(seconds, *processes):
    """Of how many cores they made use for so long."""
    before, began = used(*processes)[0], time.monotonic()
    time.sleep(seconds)
    return (used(*processes)[0] - before) / (time.monotonic() - began)


def end(*processes):
    """Asks them to end, and waits."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(timeout=60)
