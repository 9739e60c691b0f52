"""Starts a plug-in from its template: `./dev new <kind> <name>`; without arguments, what kinds there are.

Every folder src/**/_template/ is a kind: its `*.in` files are copied beside it into <name>/, with @name@
(front_door) and @Name@ (FrontDoor) put in, in file names too. Nothing else needs an edit: the build
finds the folder by itself.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Kinds whose folder's name is not simply their plural.
NAMES = {"detect": "detector", "track": "tracker", "read": "reader", "notify": "notifier", "rules": "analysis"}


def kinds(root):
    """kind -> template folder; a kind is also found by the name of its folder."""
    found = {}
    for template in sorted(root.glob("src/**/_template")):
        folder = template.parent.name
        found[NAMES.get(folder, folder.removesuffix("s"))] = template
    return found


def create(root, kind, name):
    """The files made, relative to root. Raises ValueError with what to do about it."""
    known = kinds(root)
    by_folder = {template.parent.name: template for template in known.values()}
    template = known.get(kind) or by_folder.get(kind)
    if template is None:
        raise ValueError(f"no kind '{kind}'; known: {', '.join(known)}")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise ValueError(f"'{name}' is no name: lower-case letters, digits and single _, as in front_door")
    target = template.parent / name
    if target.exists():
        raise ValueError(f"{target.relative_to(root)} is there already: choose another name or remove it")
    words = {"@name@": name, "@Name@": "".join(word.capitalize() for word in name.split("_"))}

    def put_in(text):
        for placeholder, word in words.items():
            text = text.replace(placeholder, word)
        return text

    made = []
    for source in sorted(template.rglob("*.in")):
        relative = put_in(str(source.relative_to(template)).removesuffix(".in"))
        path = target / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(put_in(source.read_text()))
        made.append(path.relative_to(root))
    return made


def main(arguments):
    if not arguments:
        for kind, template in kinds(ROOT).items():
            print(f"{kind:12} {template.parent.relative_to(ROOT)}/<name>/")
        return 0
    if len(arguments) != 2:
        print("new: say ./dev new <kind> <name>; ./dev new lists the kinds", file=sys.stderr)
        return 2
    try:
        made = create(ROOT, *arguments)
    except ValueError as error:
        print(f"new: {error}", file=sys.stderr)
        return 1
    for path in made:
        print(f"made {path}")
    module = made[0].parts[1]
    print(f"next: fill it in, then ./dev test {module}; say what users get in CHANGELOG.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
