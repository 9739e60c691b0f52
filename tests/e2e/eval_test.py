"""`vedette eval objects` and `vedette eval faces`: good and bad input, and real models where there are some."""
import json
import shutil
import unittest

from support import SHARED, THIRD_PARTY, Case, make_clip, needs_shared

HEADER = "file\tx\ty\tw\th\tlabel\ttext\n"


class Objects(Case):
    def labelled(self, rows):
        make_clip(self.folder / "a.png", "-frames:v", "1", codec=())
        (self.folder / "labels.tsv").write_text(HEADER + rows)
        return self.folder

    def weightless(self, *arguments):
        """Without an engine: rows of signs are what is found."""
        return ("eval", "objects", *arguments, "--models", self.models_without_weights(), "--model",
                "plate=glyph-row-plate")

    def test_what_is_labelled_is_scored_and_what_is_unknown_is_named(self):
        folder = self.labelled("a.png\t10\t10\t60\t20\tplate\tAB12CDE\na.png\t100\t100\t50\t50\tsheep\t\n")
        said = json.loads(self.succeed(*self.weightless(folder), "--json").stdout)
        self.assertEqual((said["pictures"], said["boxes"], said["model"]), (1, 1, "plate glyph-row-plate@1"))
        self.assertEqual(said["not_known_to_the_model"], {"sheep": 1})
        self.assertEqual(said["labels"][0]["recall"]["of"], 1)
        self.assertEqual(set(said["labels"][0]["sizes"]), {"small", "medium", "large"})
        self.assertGreater(said["ms_per_picture"]["p95"], 0)

    def test_the_table_says_how_it_counts(self):
        folder = self.labelled("a.png\t10\t10\t60\t20\tvan\t\n")
        models = self.models_without_weights()
        command = ("eval", "objects", folder, "--models", models, "--model", "plate=glyph-row-plate", "--map", "van=plate")
        table = self.succeed(*command, "--heights", "16,32").stdout
        for words in ("van is taken for plate", "16 to 32 px high", "PASCAL VOC", "95th percentile"):
            self.assertIn(words, table)
        self.assertIn("no precision and no AP", self.succeed(*command, "--partial").stdout)
        ignored = json.loads(self.succeed(*command, "--ignore", "plate", "--json").stdout)
        self.assertEqual(ignored["labels"], [])

    def test_the_gallery_is_one_page_with_what_was_missed(self):
        folder = self.labelled("a.png\t10\t10\t60\t20\tplate\t\n")
        page = self.folder / "page.html"
        done = self.succeed(*self.weightless(folder), "--gallery", page)
        self.assertIn("1 pictures with mistakes", done.stderr)
        self.assertIn("a.png: 1 missed", page.read_text())

    def test_a_picture_that_cannot_be_opened_is_named_and_counts_as_missed(self):
        folder = self.labelled("none.png\t10\t10\t60\t20\tplate\t\n")
        done = self.fail_with(1, *self.weightless(folder), "--json", saying="none.png")
        self.assertEqual(json.loads(done.stdout)["labels"][0]["recall"]["of"], 1)

    def test_a_model_is_its_own_best_pupil(self):
        self.labelled("")
        done = self.succeed(*self.weightless(self.folder), "--against", "glyph-row-plate")
        self.assertIn("agreement with it, not accuracy", done.stdout)

    def test_bad_input_is_named(self):
        self.fail_with(1, "eval", "objects", self.folder, "--model", "plate=glyph-row-plate", saying="labels.tsv")
        folder = self.labelled("a.png\t10\t10\tx\t20\tplate\t\n")
        command = ("eval", "objects", folder)
        self.fail_with(2, *command, "--model", "plate=glyph-row-plate", saying="labels.tsv:2")
        self.fail_with(2, *command, "--model", "ocr=plate-reader", saying="ocr")
        self.fail_with(2, *command, "--map", "van", saying="van=car")
        self.fail_with(2, *command, "--partial", "--against", "x", saying="--against")
        self.fail_with(2, *command, "--heights", "40,20", saying="--heights")
        self.fail_with(1, *command, "--model", "plate=nobody", saying=["nobody", "glyph-row-plate@1"])

    @needs_shared
    def test_real_models_find_people(self):
        folder = SHARED / "data/train/oi-persons"
        command = ("eval", "objects", folder, "--models", THIRD_PARTY, "--limit", 20, "--json")
        said = json.loads(self.succeed(*command, "--model", "object=yolox-nano", "--partial").stdout)
        people = said["labels"][0]
        self.assertEqual(people["label"], "person")
        self.assertGreater(people["recall"]["share"], 0.2)
        self.assertGreater(people["mean_iou"], 0.6)
        self.assertNotIn("average_precision", people)
        agreed = json.loads(self.succeed(*command, "--model", "object=nanodet-m", "--against", "yolox-nano").stdout)
        self.assertEqual(agreed["teacher"]["model"], "object yolox-nano@1")
        self.assertGreater(agreed["mean_average_precision"]["all"], 0.1)


class Faces(Case):
    def test_bad_input_is_named(self):
        self.fail_with(1, "eval", "faces", self.folder, saying=[str(self.folder), "persons"])
        (self.folder / "labels.tsv").write_text("file\tfaces\na.jpg\tmany\n")
        self.fail_with(2, "eval", "faces", self.folder, saying="labels.tsv:2")
        self.fail_with(2, "eval", "faces", self.folder, "--model", "yunet", saying="TASK=ID")

    def test_without_an_embedder_it_says_so(self):
        person = self.folder / "persons/somebody"
        person.mkdir(parents=True)
        make_clip(person / "a.png", "-frames:v", "1", codec=())
        self.fail_with(1, "eval", "faces", self.folder / "persons", "--aligned", saying="face-embedding")

    @needs_shared
    def test_real_faces_are_found(self):
        said = json.loads(self.succeed("eval", "faces", SHARED / "data/faces/compreface", "--models", THIRD_PARTY, "--json").stdout)
        self.assertEqual(said["recall"]["hits"], said["recall"]["of"])

    @needs_shared
    def test_real_persons_are_told_apart(self):
        persons = self.folder / "persons"
        for folder in sorted((SHARED / "data/faces/orl").iterdir())[:4]:
            shutil.copytree(folder, persons / folder.name, ignore=lambda _, names: sorted(names)[4:])
        said = json.loads(self.succeed("eval", "faces", persons, "--models", THIRD_PARTY, "--json").stdout)
        self.assertEqual((said["persons"], said["pictures"], said["without_face"]), (4, 16, []))
        self.assertGreater(said["verification"]["at"][0]["hit_rate"], 0.8)
        self.assertEqual(said["verification"]["pairs_of_one"], 24)


if __name__ == "__main__":
    unittest.main()
