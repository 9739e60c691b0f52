"""Documents that lead somewhere: every relative link in a *.md exists, with its heading; decision
records are numbered without a gap and listed in docs/adr/README.md."""

import re
import sys

from repository import ROOT, files, report

LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^\s*(```|~~~)")


def prose(path):
    """(number, line) outside code blocks."""
    fenced = False
    for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(path):
    """What `#...` may follow: headings as code hosts turn them into ids."""
    found = set()
    for _, line in prose(path):
        heading = re.match(r"#+\s+(.*)", line)
        if heading:
            text = re.sub(r"[^\w\- ]", "", heading.group(1).strip().lower())
            found.add(text.replace(" ", "-"))
    return found


def broken(path, target):
    """Why the link does not work, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    name, _, anchor = target.partition("#")
    goal = (ROOT / path).parent / name if name else ROOT / path
    if not goal.exists():
        return f"{target} does not exist"
    if anchor and goal.suffix == ".md" and anchor not in anchors(goal.resolve().relative_to(ROOT)):
        return f"{target}: no such heading"
    return None


def links():
    for path in files(r"\.md$"):
        for number, line in prose(path):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                reason = broken(path, target)
                if reason:
                    yield f"{path}:{number}: {reason}: mend the link"


def decisions():
    records = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
    index = ROOT / "docs/adr/README.md"
    listed = index.read_text() if index.exists() else ""
    for expected, name in enumerate(records, 1):
        if not re.match(rf"{expected:04d}-[a-z0-9-]+\.md$", name):
            yield f"docs/adr/{name}: {expected:04d}-some-title.md was expected: number them without a gap"
        if f"({name})" not in listed:
            yield f"docs/adr/{name}: not listed in docs/adr/README.md: add it"
        text = (ROOT / "docs/adr" / name).read_text()
        for part in ("Status", "Context", "Decision", "Alternatives considered", "Consequences",
                     "How we will notice it was wrong"):
            if not re.search(rf"^(## )?\**{part}\b", text, re.MULTILINE):
                yield f"docs/adr/{name}: no '{part}': every record has it"


if __name__ == "__main__":
    sys.exit(report([*links(), *decisions()]))
