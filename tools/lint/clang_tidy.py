"""Runs clang-tidy on our sources, as many at a time as there are cores, and remembers what was clean.

A source is looked at again when it, a header of ours that it includes, its compile command, the
engines' versions, .clang-tidy or clang-tidy itself changed. What is remembered are empty files named by
a hash of all that, in ~/.cache/vedette/lint; deleting them costs time and nothing else.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

from repository import ROOT, files

TIDY = "clang-tidy-14"
INCLUDE = re.compile(rb'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)
# Tests get the checks that find mistakes of tests. Walking through what the test macros expand to with
# all the others takes four times as long, and ten times with the analyzer.
TEST_CHECKS = (
    "-*,clang-diagnostic-*,bugprone-use-after-move,bugprone-infinite-loop,"
    "google-build-using-namespace,modernize-use-override,performance-for-range-copy,"
    "readability-function-size,readability-identifier-naming"
)
# The compile commands are g++'s, which has warnings that clang does not know.
AS_CLANG = ["--extra-arg=-Wno-unknown-warning-option"]
KEPT_FOR_SECONDS = 60 * 24 * 3600


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    folder = pathlib.Path(base) / "vedette" / "lint"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def include_folders(arguments):
    """Our own folders among the -I and -isystem of a compile command."""
    found = []
    for position, argument in enumerate(arguments):
        if argument in ("-I", "-isystem"):
            found.append(arguments[position + 1])
        elif argument.startswith("-I"):
            found.append(argument[2:])
    return tuple(folder for folder in found if pathlib.Path(folder).is_relative_to(ROOT / "src"))


@functools.lru_cache(maxsize=None)
def text_of(path):
    return path.read_bytes()


@functools.lru_cache(maxsize=None)
def headers_named_in(path, folders):
    """Headers of ours that this file names, whatever the preprocessor would make of it."""
    found = []
    for name in INCLUDE.findall(text_of(path)):
        for folder in (path.parent, *map(pathlib.Path, folders)):
            candidate = folder / os.fsdecode(name)
            if candidate.is_file():
                found.append(candidate.resolve())
                break
    return found


def read_by(source, folders):
    """The source and every header of ours that it reaches."""
    seen, waiting = {source}, [source]
    while waiting:
        for header in headers_named_in(waiting.pop(), folders):
            if header not in seen:
                seen.add(header)
                waiting.append(header)
    return sorted(seen)


def settings():
    """What holds for every source: the tool, its rules, the third-party versions."""
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    parts = [version, TEST_CHECKS.encode(), (ROOT / ".clang-tidy").read_bytes()]
    parts += [path.read_bytes() for path in sorted((ROOT / "tools/deps").glob("*.txt"))]
    return hashlib.sha256(b"\0".join(parts)).digest()


def key_of(entry, common):
    arguments = shlex.split(entry["command"])
    digest = hashlib.sha256(common)
    # Relative to the checkout, so that every checkout and the gate share what they know.
    digest.update(entry["command"].replace(str(ROOT), ".").encode())
    for path in read_by(pathlib.Path(entry["file"]).resolve(), include_folders(arguments)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + text_of(path) + b"\0")
    return digest.hexdigest()


def check(entry, build):
    """(source, seconds, what clang-tidy says or None)."""
    began = time.monotonic()
    checks = [f"--checks={TEST_CHECKS}"] if entry["file"].endswith("_test.cpp") else []
    done = subprocess.run(
        [TIDY, "--quiet", *checks, *AS_CLANG, "-p", build, entry["file"]], capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    # A warning that is not an error would be seen by nobody: WarningsAsErrors makes all of them errors.
    return entry, seconds, (done.stdout + done.stderr if done.returncode else None)


def without_repeats(text, seen):
    """The same complaint about a header comes with every source that includes it."""
    kept, skipping = [], False
    for line in text.replace(str(ROOT) + "/", "").splitlines():
        if re.match(r"\S+:\d+:\d+: (error|warning):", line):
            skipping = line in seen
            seen.add(line)
        if not skipping and not re.match(r"^(\d+ warnings? |Suppressed |Use -header|Error while processing)", line):
            kept.append(line)
    return "\n".join(kept)


def entries(build, scope):
    """One compile command per source of ours, that is in scope or includes a header that is."""
    everything = json.loads((ROOT / build / "compile_commands.json").read_text())
    ours = {}
    for entry in everything:
        path = pathlib.Path(entry["file"]).resolve()
        if path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "build") and path.is_file():
            ours.setdefault(path, entry)
    if scope == "all":
        return list(ours.values())
    wanted = {ROOT / path for path in files(r"\.(h|cpp)$", scope)}
    return [
        entry for path, entry in ours.items()
        if wanted.intersection(read_by(path, include_folders(shlex.split(entry["command"]))))
    ]


def forget_old(folder):
    for stamp in folder.iterdir():
        if time.time() - stamp.stat().st_mtime > KEPT_FOR_SECONDS:
            stamp.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scope", choices=["all", "changed", "staged"], default="changed")
    parser.add_argument("--build", default="build/dev", help="folder with compile_commands.json")
    options = parser.parse_args()
    folder, common = cache_folder(), settings()
    forget_old(folder)
    keyed = [(entry, folder / key_of(entry, common)) for entry in entries(options.build, options.scope)]
    stamps = {entry["file"]: stamp for entry, stamp in keyed}
    waiting = [entry for entry, stamp in keyed if not stamp.exists()]
    print(f"clang-tidy: {len(keyed)} sources, {len(keyed) - len(waiting)} known to be clean", flush=True)

    seen, failed = set(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, entry, ROOT / options.build) for entry in waiting]
        for number, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            entry, seconds, complaint = job.result()
            name = pathlib.Path(entry["file"]).relative_to(ROOT)
            print(f"[{number}/{len(waiting)}] {name} {seconds:.1f} s", flush=True)
            if complaint is None:
                stamps[entry["file"]].touch()
            else:
                failed += 1
                print(without_repeats(complaint, seen), file=sys.stderr, flush=True)
    if failed:
        print(f"clang-tidy: {failed} of {len(keyed)} sources have errors", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
