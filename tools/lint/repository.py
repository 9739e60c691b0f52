"""What every check in this folder needs: the repository's files and a way to complain."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(pattern, scope="all"):
    """Paths below ROOT, relative, that match the extended regular expression."""
    listed = subprocess.run(
        [ROOT / "tools/lint/files", scope, pattern], capture_output=True, text=True, check=True
    )
    return [pathlib.Path(line) for line in listed.stdout.splitlines()]


def report(complaints):
    """Prints the complaints; the exit status of the check."""
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0
