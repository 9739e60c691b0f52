"""Training reads no evaluation file. Runs without PyTorch, NumPy and the pictures."""

import ast
import unittest
from pathlib import Path

from training import sources

FOLDER = Path(sources.__file__).parent


def imports(path: Path) -> set[str]:
    """Names of the modules that a file imports."""
    out: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            out |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return out


class Sources(unittest.TestCase):
    def test_no_training_folder_is_or_holds_an_evaluation_folder(self):
        for name, path in sources.TRAIN.items():
            for other in sources.EVALUATION:
                with self.subTest(set=name, evaluation=other):
                    self.assertFalse(f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/"))

    def test_every_list_of_sets_is_part_of_train(self):
        for names in (sources.BACKGROUNDS, sources.LABELLED_CROPS, sources.TAUGHT, sources.OBJECTS, sources.SEPARATE):
            self.assertLessEqual(set(names), set(sources.TRAIN))

    def test_another_set_is_refused(self):
        with self.assertRaises(KeyError):
            sources.folder("openalpr-eu")

    def test_only_evaluate_imports_the_evaluation_sets(self):
        users = [p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*.py")
                 if any(m.endswith("training.evaluation") for m in imports(p))]
        self.assertEqual(users, ["reader/evaluate.py"])

    def test_no_other_module_names_an_evaluation_folder(self):
        for path in FOLDER.rglob("*.py"):
            if path.name in ("sources.py", "evaluation.py") or path.parent.name == "tests":
                continue
            self.assertNotIn("openalpr", path.read_text(encoding="utf-8"), path)

    def test_data_readme_allows_training_on_each_set(self):
        readme = sources.shared() / "data" / "README.md"
        if not readme.is_file():
            self.skipTest(f"no {readme}")
        rows = [[c.strip() for c in line.split("|")] for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("| alpr/")]
        allowed = {row[1].split(" ")[0] for row in rows if row[-2] == "train"}
        for path in sources.TRAIN.values():
            with self.subTest(path=path):
                self.assertTrue(path in allowed or path.startswith("train/"))

    def test_the_held_out_fifth_is_decided_by_the_text_alone(self):
        kept = [sources.held_out(f"AB{i}CD") for i in range(500)]
        self.assertTrue(60 < sum(kept) < 140)
        self.assertEqual(kept, [sources.held_out(f"AB{i}CD") for i in range(500)])


if __name__ == "__main__":
    unittest.main()
