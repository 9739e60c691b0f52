"""Labels, assignment and figures of the object detector; a few steps of training, and the export."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ABSENT = [m for m in ("torch", "numpy", "cv2", "PIL", "yaml", "onnx", "onnxruntime") if importlib.util.find_spec(m) is None]
ROOT = Path(__file__).resolve().parents[2]


def thing(box, label, score):
    import numpy as np
    from training.objects.teach import Thing
    return Thing(np.array(box, np.float32), label, score)


@unittest.skipIf(ABSENT, f"not installed: {', '.join(ABSENT)}")
class Labels(unittest.TestCase):
    def judged(self, first, second, labelled=()):
        import numpy as np
        from training.objects import teach
        out = teach.judged(teach.agreed(first, second), [(np.array(b, np.float32), word) for b, word in labelled])
        return sorted((label, sure, tuple(int(v) for v in box)) for box, label, sure in out)

    def test_two_that_agree_are_sure_and_one_alone_is_not(self):
        car, walker = thing((0, 0, 100, 50), "car", 0.5), thing((200, 0, 220, 60), "person", 0.4)
        self.assertEqual(self.judged([car, walker], [thing((2, 0, 100, 50), "car", 0.4)]),
                         [("car", True, (0, 0, 100, 50)), ("person", False, (200, 0, 220, 60))])

    def test_one_alone_without_a_doubt_is_sure(self):
        self.assertEqual(self.judged([], [thing((0, 0, 100, 50), "bus", 0.9)])[0][1], True)

    def test_kinds_that_compete_closely_are_not_sure(self):
        self.assertEqual(self.judged([thing((0, 0, 100, 50), "car", 0.5)], [thing((0, 0, 100, 50), "truck", 0.45)])[0][1], False)

    def test_a_label_is_sure_and_takes_the_place_of_what_was_seen_there(self):
        self.assertEqual(self.judged([thing((5, 5, 95, 50), "car", 0.2)], [], [((0, 0, 100, 50), "car")]), [("car", True, (0, 0, 100, 50))])

    def test_a_vehicle_without_a_kind_gets_the_teachers_or_is_left_out(self):
        seen = [thing((0, 0, 100, 50), "truck", 0.5)]
        self.assertEqual(self.judged(seen, [], [((0, 0, 100, 52), "vehicle")]), [("truck", True, (0, 0, 100, 52))])
        self.assertEqual(self.judged([], [], [((0, 0, 100, 52), "vehicle")])[0][1], False)

    def test_a_label_around_a_group_is_left_out_and_those_in_it_stay(self):
        seen = [thing((x, 10, x + 20, 50), "person", 0.8) for x in (10, 40, 70)]
        found = self.judged(seen, [], [((0, 0, 100, 60), "person")])
        self.assertEqual([sure for _, sure, box in found if box == (0, 0, 100, 60)], [False])


@unittest.skipIf(ABSENT, f"not installed: {', '.join(ABSENT)}")
class Detector(unittest.TestCase):
    def test_what_lies_in_a_place_that_is_left_out_is_neither_wanted_nor_unwanted(self):
        import torch
        from training.objects.train import assign
        points = torch.tensor([[8.0, 8], [24, 8], [40, 8]])
        found = torch.tensor([[[0.0, 0, 16, 16], [16, 0, 32, 16], [32, 0, 48, 16]]])
        truth, kinds = torch.tensor([[[0.0, 0, 16, 16], [30, 0, 60, 20], [0, 0, 0, 0]]]), torch.tensor([[2, -2, -1]], dtype=torch.int8)
        owner, worth = assign(points, torch.full((3,), 16.0), found, torch.full((1, 3, 6), 0.5), truth, kinds)
        self.assertEqual(owner.tolist(), [[0, -1, -2]])
        self.assertAlmostEqual(float(worth[0, 0]), 1, places=4)
        self.assertEqual(worth[0, 1:].tolist(), [0, 0])

    def test_average_precision_of_cases_worked_out_by_hand(self):
        from training.objects.train import average_precision
        self.assertEqual(average_precision([(0.9, True), (0.8, True)], 2), 1)
        self.assertEqual(average_precision([(0.9, True), (0.8, False), (0.7, True)], 2), (1 + 2 / 3) / 2)
        self.assertEqual(average_precision([(0.9, False)], 2), 0)
        self.assertEqual(average_precision([(0.9, False), (0.8, True)], 1), 0.5)

    def test_scores_become_the_share_that_is_right(self):
        import math
        from training.objects.export import fitted
        slope, shift = fitted([(0.5, i < 80) for i in range(100)] + [(0.2, i < 50) for i in range(100)])
        for score, share in ((0.5, 0.8), (0.2, 0.5)):
            self.assertAlmostEqual(1 / (1 + math.exp(-(slope * math.log(score / (1 - score)) + shift))), share, places=3)

    def test_places_after_the_last_thing_do_not_count(self):
        import torch
        from training.objects.model import ObjectDetector
        from training.objects.train import loss_of
        torch.manual_seed(2)
        model, pictures = ObjectDetector().eval(), torch.rand(1, 3, 96, 96)
        truth, kinds = torch.zeros(1, 40, 4), torch.full((1, 40), -1, dtype=torch.int8)
        truth[0, 0], kinds[0, 0] = torch.tensor([8.0, 8, 60, 60]), 2
        self.assertEqual(float(loss_of(model, pictures, truth, kinds)[0]), float(loss_of(model, pictures, truth[:, :1], kinds[:, :1])[0]))

    def test_boxes_move_with_their_pictures(self):
        import random
        import numpy as np
        from training.objects import scenes
        picture = np.zeros((200, 300, 3), np.uint8)
        picture[50:100, 120:200] = 255
        base = scenes.Base(picture, np.array([[120, 50, 200, 100]], np.float32), np.array([2]))
        for seed in range(12):
            canvas = np.zeros((256, 256, 3), np.uint8)
            boxes, kinds = scenes._set_into(canvas, base, (0, 0, 256, 256), 0.8, random.Random(seed))
            self.assertEqual(kinds.tolist(), [2])
            ys, xs = np.where(canvas[..., 0] > 127)
            for mine, truth in zip((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1), boxes[0]):
                self.assertLess(abs(mine - truth), 2)

    def test_a_run_may_begin_with_the_first_layers_of_the_plate_detector(self):
        import numpy as np
        import torch
        from training import exporting
        from training.detector.export import Shipped
        from training.detector.model import PlateDetector
        from training.objects import train
        plates = PlateDetector().eval()
        for norm in (m for m in plates.modules() if isinstance(m, torch.nn.BatchNorm2d)):  # as if it had learnt
            torch.nn.init.uniform_(norm.weight, 0.5, 2)
            torch.nn.init.normal_(norm.bias)
            torch.nn.init.normal_(norm.running_mean)
        seen = np.random.default_rng(4).integers(0, 255, (8, 96, 96, 3), dtype=np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            exporting.ship(Shipped(plates), [exporting.noise(1, 320, 320)], Path(folder) / "plates.onnx", "plates", 1e-2)
            run = train.Run(Path(folder) / "run", torch.device("cpu"), 1, Path(folder) / "plates.onnx", seen)
            with self.assertRaisesRegex(FileNotFoundError, "nowhere.onnx"):
                train.Run(Path(folder) / "run", torch.device("cpu"), 1, Path(folder) / "nowhere.onnx", seen)
        with torch.no_grad():
            pictures = train.to_pictures(seen, torch.device("cpu"))
            torch.testing.assert_close(run.model.eval().to8(pictures), plates.to8(pictures), rtol=1e-3, atol=1e-3)

    def test_loss_falls_and_the_checkpoint_exports_what_it_says(self):
        import random
        import numpy as np
        import onnxruntime
        import torch
        from training.objects import data, scenes, train
        torch.set_num_threads(1)
        rng = np.random.default_rng(3)
        base = scenes.Base(rng.integers(0, 255, (240, 360, 3), dtype=np.uint8), np.array([[20, 30, 220, 200]], np.float32), np.array([2]))
        shard = data.packed([scenes.scene([base], 96, random.Random(i)) for i in range(4)])
        again = data.packed([scenes.scene([base], 96, random.Random(i)) for i in range(4)])
        self.assertTrue((again["pictures"] == shard["pictures"]).all())
        with tempfile.TemporaryDirectory() as folder:
            run = train.Run(Path(folder), torch.device("cpu"), 1)
            pictures = train.to_pictures(shard["pictures"], torch.device("cpu"))
            losses = [sum(run.step(pictures, torch.from_numpy(shard["boxes"]), torch.from_numpy(shard["kinds"]), 1e-3).values()) for _ in range(8)]
            self.assertLess(losses[-1], losses[0])
            self.assertIn("mean", train.judge(run.average, shard, torch.device("cpu")))
            run.save("last.pt")
            export = subprocess.run([sys.executable, "-m", "training.objects.export", f"{folder}/last.pt", f"{folder}/m.onnx"],
                                    cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(export.returncode, 0, export.stderr)
            rows = onnxruntime.InferenceSession(f"{folder}/m.onnx").run(None, {"picture": pictures[:1].contiguous().numpy()})[0][0]
            with torch.no_grad():
                wanted = run.average.eval()(pictures[:1])[0].numpy()
            np.testing.assert_allclose(rows[:, 4:5].T * rows[:, 5:].T, wanted[4:], atol=1e-4)
            np.testing.assert_allclose(np.exp(rows[:144, 2]) * 8, wanted[2, :144], rtol=1e-3)
            np.testing.assert_allclose((rows[:144, 0] + np.arange(144) % 12) * 8, wanted[0, :144], rtol=1e-3, atol=1e-3)


if __name__ == "__main__":
    unittest.main()
