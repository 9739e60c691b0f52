"""The repository speaks of the project alone: no paths of one developer's machine, no hosts that
packages come from (a mirror is the machine's own business)."""

import re
import sys

from repository import ROOT, files, report

FORBIDDEN = [
    (re.compile(r"(?<![\w./$}~-])/(?:work|home/\w+|root|Users/\w+)/[\w.-]+"), "a path of one machine"),
    (re.compile(r"(?<![\w./$}~-])/tmp/\w/"), "a path of one machine"),
    (re.compile(r"(?:(?:deb|security|snapshot|archive)\.(?:debian|ubuntu)\.(?:org|com)|files\.pythonhosted\.org|"
                r"pypi\.org/simple|registry\.npmjs\.org|repo1?\.maven\.(?:org|apache\.org)|proxy\.golang\.org)"),
     "the host of a package registry"),
]
SELF = "tools/lint/words.py"


def main():
    complaints = []
    for path in files("."):
        try:
            text = (ROOT / path).read_text()
        except (UnicodeDecodeError, OSError):
            continue  # pictures, videos, fuzz corpora
        if str(path) == SELF:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in FORBIDDEN:
                found = pattern.search(line)
                if found:
                    complaints.append(f"{path}:{number}: {what}, '{found.group()}': say it without")
    return report(complaints)


if __name__ == "__main__":
    sys.exit(main())
