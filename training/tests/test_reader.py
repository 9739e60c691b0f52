"""Trains the reader for a few steps on a few crops, goes on from the checkpoint, exports it."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ABSENT = [m for m in ("torch", "numpy", "cv2", "PIL", "yaml", "onnx", "onnxruntime") if importlib.util.find_spec(m) is None]
ROOT = Path(__file__).resolve().parents[2]


@unittest.skipIf(ABSENT, f"not installed: {', '.join(ABSENT)}")
class Reader(unittest.TestCase):
    def test_loss_falls_on_a_few_crops_and_the_checkpoint_goes_on(self):
        import numpy as np
        import torch
        from training.reader import data, train
        torch.set_num_threads(1)
        shard, cpu = data.fill(96, 1, [], 0), torch.device("cpu")
        self.assertTrue((data.fill(96, 1, [], 0)["images"] == shard["images"]).all())
        with tempfile.TemporaryDirectory() as folder:
            run = train.Run(Path(folder), cpu, 1)
            losses = [run.step(next(train.batches(shard, 48, cpu, np.random.default_rng(i))), 2e-3) for i in range(25)]
            self.assertLess(losses[-1], losses[0] * 0.8)
            run.save("last.pt")
            again = train.Run(Path(folder), cpu, 1)
            self.assertEqual(again.crops, 25 * 48)
            export = subprocess.run([sys.executable, "-m", "training.reader.export", f"{folder}/last.pt", f"{folder}/m.onnx"],
                                    cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(export.returncode, 0, export.stderr)
            self.assertIn("sha256", export.stdout)

    def test_held_out_crops_become_a_labelled_folder(self):
        import cv2
        from training.reader import held_out
        crops = held_out.rendered(3)
        self.assertEqual([c[1] for c in crops], [c[1] for c in held_out.rendered(3)])
        with tempfile.TemporaryDirectory() as folder:
            held_out.write(crops, Path(folder) / "rendered")
            lines = (Path(folder) / "rendered" / "labels.tsv").read_text(encoding="utf-8").splitlines()
            self.assertEqual(lines[0], "file\ttext\tset")
            self.assertEqual(lines[1], f"00000.png\t{crops[0][1]}\trendered")
            picture = cv2.imread(str(Path(folder) / "rendered" / "00000.png"))
            self.assertTrue((picture[..., ::-1] == crops[0][0]).all())

    def test_plates_of_rendered_streets_are_trained_on_and_never_held_out(self):
        import cv2
        import numpy as np
        from training import sources
        from training.reader import data
        texts = [f"AB{i}CD" for i in range(40)]
        self.assertTrue(any(sources.held_out(t) for t in texts))
        with tempfile.TemporaryDirectory() as folder:
            cv2.imwrite(f"{folder}/a.png", np.full((20, 60, 3), 90, np.uint8))
            Path(folder, "labels.tsv").write_text("file\ttext\tset\n" + "".join(f"a.png\t{t}\t{data.STREET}\n" for t in texts))
            self.assertEqual([t for _, t, s in data.real_crops(False, [Path(folder)]) if s == "taught-street"], texts)
            self.assertEqual([t for _, t, s in data.real_crops(True, [Path(folder)]) if s == "taught-street"], [])

    def test_slots_are_to_look_at_their_signs(self):
        import torch
        from training.reader import train
        centres = torch.tensor([[[0.025, 0.125], [-1.0, -1.0]]])
        wanted = train.targets(centres)[0]
        self.assertAlmostEqual(float(wanted[0, 0]), 1, places=5)
        self.assertEqual(float(wanted[1].sum()), 0)


if __name__ == "__main__":
    unittest.main()
