"""./dev new copies templates, and refuses what would not build."""

import pathlib
import tempfile
import unittest

import new


class New(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        self.template = self.root / "src/vision/detect/_template"
        self.template.mkdir(parents=True)
        (self.template / "plugin.cpp.in").write_text("class @Name@; Status register_@name@();\n")
        (self.template / "@name@_test.cpp.in").write_text("TEST(@Name@, Works) {}\n")
        (self.template / "notes.txt").write_text("for readers of the template alone\n")

    def test_puts_the_name_into_text_and_file_names(self):
        made = new.create(self.root, "detector", "front_door")
        folder = pathlib.Path("src/vision/detect/front_door")
        self.assertEqual(made, [folder / "front_door_test.cpp", folder / "plugin.cpp"])
        self.assertEqual((self.root / folder / "plugin.cpp").read_text(),
                         "class FrontDoor; Status register_front_door();\n")

    def test_knows_a_kind_by_its_folder_too(self):
        self.assertTrue(new.create(self.root, "detect", "yolo"))

    def test_refuses_an_unknown_kind_naming_the_known(self):
        with self.assertRaisesRegex(ValueError, "no kind 'camera'; known: detector"):
            new.create(self.root, "camera", "x")

    def test_refuses_names_that_are_no_identifier(self):
        for name in ("Yolo", "8k", "a-b", "a__b", "../x", "_template", ""):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "is no name"):
                new.create(self.root, "detector", name)

    def test_never_overwrites(self):
        new.create(self.root, "detector", "yolo")
        with self.assertRaisesRegex(ValueError, "is there already"):
            new.create(self.root, "detector", "yolo")

    def test_every_template_of_this_repository_becomes_a_plugin(self):
        for kind, template in new.kinds(new.ROOT).items():
            with self.subTest(kind):
                self.assertTrue((template / "plugin.cpp.in").is_file(), f"{template} has no plugin.cpp.in")


if __name__ == "__main__":
    unittest.main()
