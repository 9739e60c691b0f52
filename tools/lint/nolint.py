"""A NOLINT names its check and gives its reason: `// NOLINT(check): reason`."""

import re
import sys

from repository import ROOT, files, report

ANY = re.compile(r"NOLINT(NEXTLINE|BEGIN|END)?\b")
GOOD = re.compile(r"// NOLINT(?:NEXTLINE|BEGIN)?\([\w.,* -]+\): \S|// NOLINTEND\([\w.,* -]+\)")


def main():
    complaints = []
    for path in files(r"\.(h|cpp|cpp\.in|h\.in)$"):
        for number, line in enumerate((ROOT / path).read_text(errors="replace").splitlines(), 1):
            if ANY.search(line) and not GOOD.search(line):
                complaints.append(f"{path}:{number}: say why: // NOLINT(check): reason")
    return report(complaints)


if __name__ == "__main__":
    sys.exit(main())
