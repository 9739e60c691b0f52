"""Trains the detector for a few steps on a few scenes, and exports it."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ABSENT = [m for m in ("torch", "numpy", "cv2", "PIL", "yaml", "onnx", "onnxruntime") if importlib.util.find_spec(m) is None]
ROOT = Path(__file__).resolve().parents[2]


def made_up_bases():
    """Pictures of noise, one with a plate that is left out."""
    import numpy as np
    from training.detector.scenes import Base
    rng = np.random.default_rng(3)
    quad = np.array([[(30, 40), (90, 40), (90, 60), (30, 60)]], np.float32)
    return [Base(rng.integers(0, 255, (240, 360, 3), dtype=np.uint8), quad[:i], np.zeros(i, bool), np.ones(i, int)) for i in (0, 1)]


@unittest.skipIf(ABSENT, f"not installed: {', '.join(ABSENT)}")
class Detector(unittest.TestCase):
    def test_a_plate_is_answered_for_by_the_cells_at_its_centre(self):
        import torch
        from training.detector.train import assign
        quads = torch.tensor([[(100.0, 100), (126, 100), (126, 110), (100, 110)], [(200.0, 200), (240, 200), (240, 220), (200, 220)]])
        owner, _ = assign(quads, torch.tensor([1, 0]), 0)
        cells = (owner == 0).nonzero()
        self.assertTrue(1 <= len(cells) <= 6)
        for _, y, x in cells.tolist():
            self.assertLess(max(abs((x + 0.5) * 8 - 113), abs((y + 0.5) * 8 - 105)), 16)
        self.assertEqual(int(owner[0, 26, 27]), -2)

    def test_a_perfect_answer_has_no_box_loss_and_decodes_to_the_plate(self):
        import math
        import torch
        from training.detector.model import FIELDS, plates
        raw = torch.zeros(1, 3, 40, 40, FIELDS)
        raw[0, 1, 12, 13, :4] = torch.tensor([(113 - 108) / 8, (105 - 100) / 8, math.log(26 / 26), math.log(10 / 10.4)])
        raw[0, 1, 12, 13, 5:7] = torch.tensor([(100 - 108) / 26, (100 - 100) / 26])
        row = plates(raw, 0)[0, 1, 12, 13]
        for mine, truth in zip(row[[0, 1, 2, 3, 5, 6]].tolist(), (113, 105, 26, 10, 100, 100)):
            self.assertAlmostEqual(mine, truth, places=3)

    def test_loss_falls_and_the_checkpoint_exports(self):
        import torch
        from training.detector import data, train
        torch.set_num_threads(1)
        shard = data.fill(4, 1, made_up_bases())
        again = data.fill(4, 1, made_up_bases())
        self.assertTrue((again["pictures"] == shard["pictures"]).all())
        pictures = torch.from_numpy(shard["pictures"]).permute(0, 3, 1, 2).float() / 255
        with tempfile.TemporaryDirectory() as folder:
            run = train.Run(Path(folder), torch.device("cpu"), 1)
            losses = [sum(run.step(pictures, torch.from_numpy(shard["quads"]), torch.from_numpy(shard["lines"]), 1e-3).values()) for _ in range(5)]
            self.assertLess(losses[-1], losses[0])
            train.judge(run.model, shard, torch.device("cpu"))
            run.save("last.pt")
            export = subprocess.run([sys.executable, "-m", "training.detector.export", f"{folder}/last.pt", f"{folder}/m.onnx"],
                                    cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(export.returncode, 0, export.stderr)


if __name__ == "__main__":
    unittest.main()
