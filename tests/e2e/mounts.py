"""Small disks of a test's own, to be filled and broken."""
import pathlib
import subprocess


def mount(case, folder, *options):
    """Mounts onto `folder` until the test ends; where that is not permitted the test is skipped."""
    folder.mkdir(exist_ok=True)
    _run(case, "mount", *options, folder)
    case.addCleanup(subprocess.run, ["umount", "--lazy", str(folder)], stderr=subprocess.DEVNULL, check=False)


def mount_memory(case, folder, megabytes):
    mount(case, folder, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs")


def mount_fragile(case, folder, megabytes):
    """A real file system. -> what makes the kernel believe that it is damaged and write to it no more"""
    image = pathlib.Path(f"{folder}.img")
    if not image.exists():
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        _run(case, "mkfs.ext4", "-q", image)
    mount(case, folder, "-o", "loop,errors=remount-ro", image)
    device = subprocess.run(["df", "--output=source", folder], capture_output=True, text=True, check=True).stdout.split()[-1]
    trigger = pathlib.Path("/sys/fs/ext4") / pathlib.Path(device).name / "trigger_fs_error"
    if not trigger.exists():
        case.skipTest(f"this kernel has no {trigger}")
    return lambda: trigger.write_text("a test")


def make_read_only(case, folder):
    _run(case, "mount", "-o", "remount,ro", folder)


def _run(case, *command):
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError as missing:
        case.skipTest(f"there is no {missing.filename}")
    if done.returncode != 0:
        case.skipTest(f"{command[0]} is not permitted here: {done.stderr.strip()}")


def fill(path):
    """Writes until there is no room left."""
    with open(path, "wb", buffering=0) as file:
        try:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    pass
        finally:
            file.flush()
