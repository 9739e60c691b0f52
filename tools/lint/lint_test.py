"""The checks of this folder find what they are for, and let good text pass."""

import pathlib
import unittest

import clang_tidy
import documents
import nolint
import one_name
import words


def forbidden(line):
    return any(pattern.search(line) for pattern, _ in words.FORBIDDEN)


class Words(unittest.TestCase):
    def test_finds_paths_of_one_machine_and_hosts_of_registries(self):
        for line in ("see /ho" + "me/ann/vedette", "cd /ro" + "ot/src", "from https://deb." + "debian.org"):
            with self.subTest(line):
                self.assertTrue(forbidden(line))

    def test_lets_ordinary_paths_pass(self):
        for line in ("/usr/share/opencv4", "cp x /tmp/clip.mp4", "$HOME/.cache", "HOME=/root", "docs/work/x"):
            with self.subTest(line):
                self.assertFalse(forbidden(line))


class NoLint(unittest.TestCase):
    def test_wants_the_check_and_a_reason(self):
        self.assertTrue(nolint.GOOD.search("x; // NOLINT(performance-*): measured, it is not"))
        for line in ("x; // NOLINT", "x; // NOLINT(performance-*)", "// NOLINTNEXTLINE: because"):
            with self.subTest(line):
                self.assertFalse(nolint.GOOD.search(line))


class Documents(unittest.TestCase):
    def test_knows_a_link_that_leads_nowhere(self):
        page = pathlib.Path("CONTRIBUTING.md")
        self.assertIsNone(documents.broken(page, "LICENSE"))
        self.assertIsNone(documents.broken(page, "https://example.org/x"))
        self.assertIn("does not exist", documents.broken(page, "docs/nowhere.md"))
        self.assertIn("no such heading", documents.broken(page, "ARCHITECTURE.md#nothing-of-that-name"))


class OneName(unittest.TestCase):
    HEADER = "namespace vedette::vision {\n\nstruct Box {\n    struct Corner {\n    };\n};\n\n} // namespace vedette::vision\n"

    def test_finds_two_types_of_one_name(self):
        clash, = one_name.clashes({"a.h": self.HEADER, "b.h": self.HEADER})
        self.assertIn("b.h: vedette::vision::Box is defined in a.h", clash)
        self.assertEqual(one_name.types("namespace a {\nclass X final : public Y {\n"), [("a", "X")])

    def test_lets_other_namespaces_and_what_is_a_files_own_pass(self):
        own = self.HEADER.replace("struct Box", "namespace {\nstruct Box").replace("} // namespace v", "} // namespace\n} // namespace v")
        other = self.HEADER.replace("vision", "media")
        declared = "namespace vedette::vision {\nstruct Box;\n} // namespace vedette::vision\n"
        self.assertEqual(one_name.clashes({"a.h": self.HEADER, "b.cpp": own, "c.h": other, "d.h": declared}), [])


class ClangTidy(unittest.TestCase):
    def test_a_source_depends_on_the_headers_it_reaches(self):
        source = clang_tidy.ROOT / "src/base/worker.cpp"
        reached = clang_tidy.read_by(source, (str(clang_tidy.ROOT / "src/base/include"),))
        names = [path.name for path in reached]
        self.assertIn("worker.h", names)
        self.assertIn("bounded_queue.h", names)  # through worker.h

    def test_says_a_complaint_about_a_header_once(self):
        text = "a.h:1:2: error: bad [x]\n  code\n"
        seen = set()
        self.assertEqual(clang_tidy.without_repeats(text, seen), "a.h:1:2: error: bad [x]\n  code")
        self.assertEqual(clang_tidy.without_repeats(text, seen), "")


if __name__ == "__main__":
    unittest.main()
