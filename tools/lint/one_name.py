"""No two types share a name in one namespace: the linker would silently take the functions of one for those of the other.

What an anonymous namespace holds is its file's own. Types in a class have that class's name.
"""

import re
import sys

from repository import ROOT, report

NAMESPACE = re.compile(r"(?:inline )?namespace ([\w:]*) ?\{$")
TYPE = re.compile(r"(?:struct|class|enum class|enum) (?:\[\[\w+\]\] )?(\w+)(?: final)?(?: : .*)?(?: ?\{.*)?$")


def types(text):
    """(namespace, name) of every type that is defined outside anonymous namespaces and classes."""
    open_namespaces, found = [], []
    for line in text.splitlines():
        if opened := NAMESPACE.match(line):
            open_namespaces.append(opened[1])
        elif line.startswith("} // namespace") and open_namespaces:
            open_namespaces.pop()
        elif (defined := TYPE.match(line)) and not line.endswith(";") and "" not in open_namespaces:
            found.append(("::".join(open_namespaces), defined[1]))
    return found


def clashes(texts):
    """texts: name of a file -> its text. One line for each clash."""
    where = {}
    for name, text in texts.items():
        for one in types(text):
            where.setdefault(one, []).append(name)
    return [f"{files[1]}: {'::'.join(one)} is defined in {files[0]}, too: the program would mix them up; rename one"
            for one, files in sorted(where.items()) if len(files) > 1]


def main():
    files = [p for pattern in ("*.h", "*.cpp") for p in sorted((ROOT / "src").rglob(pattern))]
    return report(clashes({str(p.relative_to(ROOT)): p.read_text() for p in files}))


if __name__ == "__main__":
    sys.exit(main())
