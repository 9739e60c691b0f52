"""`vedette models compare`: two models on the same labelled pictures, and what that is worth for a promotion."""
import json
import struct
import unittest

from support import Case, SHARED, SOURCE, THIRD_PARTY, needs_shared

WIDTH, HEIGHT = 320, 200
FINDER = """id: {id}
title: Rows of signs
task: plate
licence: Apache-2.0
origin: us
decoder: glyph_row
decoder_options: {{ min_glyphs: {glyphs} }}
labels: [plate]
preference: {preference}
"""
READER = """id: reader
title: Tesseract
task: ocr
licence: Apache-2.0
origin: us
decoder: tesseract
decoder_options: { language: eng }
"""


def picture(file, signs):
    """A grey picture (BMP) with a bright plate on which there are so many dark signs. -> the plate's box"""
    width, height, sign_px, gap_px, stroke_px = 180, 40, 14, 9, 4
    left, top = (WIDTH - width) // 2, (HEIGHT - height) // 2
    rows = [[110] * WIDTH for _ in range(HEIGHT)]
    for y in range(top, top + height):
        rows[y][left:left + width] = [225] * width
    begin = left + (width - signs * (sign_px + gap_px) + gap_px) // 2
    for x in range(begin, begin + signs * (sign_px + gap_px), sign_px + gap_px):
        for y in range(6, height - 6):
            across = y < 6 + stroke_px or 20 <= y < 20 + stroke_px  # like a letter A
            for at in range(sign_px):
                if across or at < stroke_px or at >= sign_px - stroke_px:
                    rows[top + y][x + at] = 30
    pixels = b"".join(bytes(level for level in row for _ in range(3)) for row in reversed(rows))
    head = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    file.write_bytes(head + struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels)
    return left, top, width, height


class ModelsCompare(Case):
    def setUp(self):
        super().setUp()
        self.models, self.data, self.labelled = (self.folder / name for name in ("models", "data", "labelled"))
        self.models.mkdir()
        self.labelled.mkdir()
        for id, glyphs, preference in (("usual", 4, 5), ("same", 4, 1), ("strict", 6, 0)):
            (self.models / f"{id}.model.yaml").write_text(FINDER.format(id=id, glyphs=glyphs, preference=preference))
        (self.models / "reader.model.yaml").write_text(READER)
        self.label(40)

    def label(self, count):
        """Every third plate has five signs, the others seven."""
        lines = ["file\tx\ty\tw\th"]
        for i in range(count):
            box = picture(self.labelled / f"{i}.bmp", 5 if i % 3 == 0 else 7)
            lines.append("\t".join(map(str, (f"{i}.bmp", *box))))
        (self.labelled / "labels.tsv").write_text("\n".join(lines) + "\n")

    def command(self, word, *more, code=0, saying=()):
        arguments = ("models", word, *more, "--models", self.models, "--data", self.data)
        return self.succeed(*arguments) if code == 0 else self.fail_with(code, *arguments, saying=saying)

    def compare(self, first, second):
        return json.loads(self.command("compare", first, second, "--on", self.labelled, "--json").stdout)

    def test_each_label_is_counted_once(self):
        counted = self.compare("usual", "strict")
        self.assertEqual(counted["pictures"], 40)
        labels = counted["labels"]
        self.assertEqual([labels[key] for key in ("both", "only_first", "only_second", "neither")], [26, 14, 0, 0])
        self.assertAlmostEqual(labels["p"], 2 / 2 ** 14, places=12)
        self.assertTrue(counted["second_is_worse"])
        self.assertFalse(counted["kept"])
        self.assertFalse((self.data / "models.json").exists())

    def test_who_is_not_worse_may_be_promoted(self):
        self.command("register", "same")
        self.command("promote", "same", code=1, saying=["vedette models compare usual@1 same@1 --on DIR"])
        self.assertTrue(self.compare("usual", "same")["kept"])
        self.command("promote", "same")
        listed = json.loads(self.command("list", "--json").stdout)["models"]
        evidence = {one["id"]: one["evidence"] for one in listed if one["stage"]}["same"]
        self.assertIn("100.0 % against 100.0 % of 40 labels right", evidence)
        self.assertIn("not worse at 5 %", evidence)

    def test_who_is_worse_may_not(self):
        self.command("register", "strict")
        table = self.command("compare", "usual", "strict", "--on", self.labelled).stdout
        for words in ("usual@1 yes", "strict@1 no", "McNemar, exact", "is worse"):
            self.assertIn(words, table)
        self.command("promote", "strict", code=1, saying=["is worse than usual@1", "--without-evidence"])
        self.command("promote", "strict", "--without-evidence", "for the test")

    def test_few_labels_are_not_enough(self):
        self.label(8)
        self.command("register", "same")
        self.assertIn("few labels", self.command("compare", "usual", "same", "--on", self.labelled).stdout)
        self.command("promote", "same", code=1, saying=["30 labels or more"])

    def test_what_cannot_be_compared_is_said(self):
        where = ("--on", self.labelled)
        self.command("compare", "usual", "reader", *where, code=2, saying=["is for plate", "for ocr"])
        self.command("compare", "reader", "reader", *where, code=2, saying=["has no label for ocr", "`text`"])
        self.command("compare", "usual", "same", "--on", self.models, code=1, saying=["no labels.tsv"])


@needs_shared
class RealModels(Case):
    def test_two_readers_on_photos(self):
        """Tesseract, which comes with the program, and a network of others on the same cars; the manifests lie apart."""
        done = self.succeed("models", "compare", SOURCE / "models/tesseract-ocr.model.yaml", "cct-xs-v1", "--on",
                            SHARED / "data/alpr/openalpr-eu", "--models", THIRD_PARTY, "--data", self.folder,
                            "--limit", 20, "--json")
        counted = json.loads(done.stdout)
        self.assertEqual(sum(counted["labels"][key] for key in ("both", "only_first", "only_second", "neither")), 20)
        self.assertGreater(counted["labels"]["only_second"], counted["labels"]["only_first"])
        self.assertFalse(counted["second_is_worse"])

    def test_two_detectors_on_labelled_vehicles(self):
        done = self.succeed("models", "compare", "nanodet-m", "yolox-nano", "--on", SHARED / "data/train/openimages-vehicles",
                            "--models", THIRD_PARTY, "--data", self.folder, "--limit", 12, "--json")
        labels = json.loads(done.stdout)["labels"]
        self.assertGreater(labels["both"], 5)
        self.assertGreater(labels["only_second"], labels["only_first"])


if __name__ == "__main__":
    unittest.main()
