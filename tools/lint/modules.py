"""Every module is on the map: a level in cmake/VedetteLayers.cmake, a row in ARCHITECTURE.md, and a
README of at most one screen."""

import re
import sys

from repository import ROOT, report

SCREEN = 60


def main():
    complaints = []
    layers = (ROOT / "cmake/VedetteLayers.cmake").read_text()
    architecture = (ROOT / "ARCHITECTURE.md").read_text()
    for folder in sorted((ROOT / "src").iterdir()):
        if not folder.is_dir() or not (folder / "CMakeLists.txt").exists():
            continue
        module = folder.name
        if not re.search(rf"\b{module}=\d", layers):
            complaints.append(f"src/{module}: has no level: add it to cmake/VedetteLayers.cmake")
        if not re.search(rf"\|[^|]*\[?`{module}`", architecture):
            complaints.append(f"src/{module}: not in the table of ARCHITECTURE.md: add its row")
        readme = folder / "README.md"
        if not readme.exists():
            complaints.append(f"src/{module}: has no README.md: say what it is for, data in and out, threads")
        elif len(readme.read_text().splitlines()) > SCREEN:
            complaints.append(f"src/{module}/README.md: longer than {SCREEN} lines: one screen is enough")
    return report(complaints)


if __name__ == "__main__":
    sys.exit(main())
