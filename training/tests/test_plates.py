"""The renderer: the same seed gives the same plates; signs are where it says."""

import importlib.util
import random
import unittest

ABSENT = [m for m in ("numpy", "cv2", "PIL", "yaml") if importlib.util.find_spec(m) is None]


@unittest.skipIf(ABSENT, f"not installed: {', '.join(ABSENT)}")
class Plates(unittest.TestCase):
    def test_every_region_gives_readable_texts_and_a_centre_for_each_sign(self):
        from training.plates import draw, texts
        for region in texts.grammars():
            plate = draw.plate(random.Random(7), region)
            with self.subTest(region=region, text=plate.text):
                self.assertTrue(1 <= len(plate.text) <= draw.MOST_SIGNS)
                self.assertEqual(len(plate.centres), len(plate.text))
                height, width = plate.image.shape[:2]
                self.assertTrue((plate.centres >= 0).all() and (plate.centres <= (width, height)).all())

    def test_the_same_seed_gives_the_same_crop(self):
        from training.plates import camera, draw

        def crop(seed):
            rng = random.Random(seed)
            return camera.crop(camera.photograph(draw.plate(rng), rng), rng)
        (first, centres), (again, _) = crop(3), crop(3)
        self.assertTrue((first == again).all())
        self.assertEqual(first.shape, (camera.CROP_HEIGHT, camera.CROP_WIDTH, 3))
        self.assertTrue(((centres > -0.3) & (centres < 1.3)).all())

    def test_corners_are_where_the_plate_is(self):
        import numpy as np
        from training.plates import camera, draw
        rng = random.Random(11)
        for _ in range(20):
            photo = camera.photograph(draw.plate(rng), rng)
            a, b, c, d = photo.quad
            for centre in photo.centres:
                sides = [np.cross(np.append(q - p, 0), np.append(centre - p, 0))[2] for p, q in ((a, b), (b, c), (c, d), (d, a))]
                self.assertTrue(all(s > 0 for s in sides))


if __name__ == "__main__":
    unittest.main()
