"""The size budget of files: what one can still read in one sitting.

Headers above 250 lines and sources above 450 are named; above 400 and 700 they are refused, unless
size_exceptions.txt gives a reason. (Functions are measured by clang-tidy.)
"""

import sys

from repository import ROOT, files, report

BUDGET = {".h": (250, 400), ".cpp": (450, 700)}


def exceptions():
    """path -> reason; and what is wrong with the list itself."""
    allowed, complaints = {}, []
    name = "tools/lint/size_exceptions.txt"
    for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        path, _, reason = line.partition(" ")
        if not reason.strip():
            complaints.append(f"{name}:{number}: no reason: write it after the path")
        if not (ROOT / path).is_file():
            complaints.append(f"{name}:{number}: {path} does not exist: remove the line")
        allowed[path] = reason.strip()
    return allowed, complaints


def main():
    allowed, complaints = exceptions()
    for path in files(r"\.(h|cpp)$"):
        wanted, limit = BUDGET[path.suffix]
        lines = len((ROOT / path).read_text(errors="replace").splitlines())
        if lines > limit and str(path) not in allowed:
            complaints.append(
                f"{path}: {lines} lines, {limit} are allowed: split it by responsibility"
                " (or give a reason in tools/lint/size_exceptions.txt)"
            )
        elif lines > wanted and str(path) not in allowed:
            print(f"warning: {path}: {lines} lines, {wanted} are wanted")
        elif lines <= limit and str(path) in allowed:
            complaints.append(f"{path}: needs no exception any more: remove it from size_exceptions.txt")
    return report(complaints)


if __name__ == "__main__":
    sys.exit(main())
