"""The pages of following in a browser: what they draw, what can be done with them, and how they bear phones, keyboards and
screen readers. Skipped where chromium is not installed."""
import json
import os
import pathlib
import unittest
import urllib.request

import api_support
import browser

PICTURES = os.environ.get("VEDETTE_TEST_PICTURES")  # a folder: what the pages look like is kept there


@api_support.needs_demo
@browser.needs_browser
class FollowingPages(api_support.Server):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls)

    def open(self, path, **how):
        page = self.browser.open(self.address + path, **how)
        self.addCleanup(page.close)
        return page

    def case(self, number=0, **how):
        """-> a page that shows the case, and what the API says of it"""
        summary = self.get_json("/following/cases?subject=AB12CDE&plate=" + ["CD34EFG", "GH56IJK", "LM78NOP"][number])["cases"][0]
        page = self.open(f"/following/{summary['id']}", **how)
        page.wait_for("document.querySelector('#map svg')")
        return page, self.get_json(f"/following/cases/{summary['id']}")

    def post(self, path, body):
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def load_pictures(self, page):
        page.value("document.querySelectorAll('img').forEach((one) => (one.loading = 'eager'))")
        page.wait_for("[...document.images].every((one) => one.complete)")

    def keep(self, page, name):
        if PICTURES:
            self.load_pictures(page)
            width, height = page.value("[innerWidth, document.documentElement.scrollHeight]")
            page.resize(width, height)
            page.picture(pathlib.Path(PICTURES) / f"{name}.png")

    def test_the_list_leads_from_the_live_page_to_a_case(self):
        page = self.open("/")
        page.wait_for("document.querySelector('nav a[href=following]')")
        page.value("document.querySelector('nav a[href=following]').click()")
        page.wait_for("document.querySelectorAll('.case').length === 3")
        self.assertRegex(page.text("#cases"), r"\d+ reads together on 3 trips at \d places")
        self.assertIn("Not a proof", page.text("main"))
        page.value("document.querySelector('#filter [name=plate]').focus()")
        page.type("gh 56 ijk")
        page.press("Enter")
        page.wait_for("document.querySelectorAll('.case').length === 1")
        self.assertIn("GH56IJK", page.text(".case"))
        page.value("document.querySelector('.case').click()")
        page.wait_for("document.querySelector('#vehicle')?.innerText === 'GH56IJK'")
        self.assertEqual(page.complaints(), [])
        self.keep(self.listed(), "following")

    def listed(self):
        page = self.open("/following")
        page.wait_for("document.querySelectorAll('.case').length === 3")
        return page

    def test_a_case_is_drawn_from_what_the_server_says(self):
        page, about = self.case()
        self.assertEqual(page.count("#map .place"), len(about["places"]))
        self.assertEqual(page.count("#map .bearing"), len(about["places"]))
        stretches = sum(1 for a, b in zip(about["sightings"], about["sightings"][1:]) if a["trip"] == b["trip"])
        for who in ("subject", "vehicle"):
            self.assertEqual(page.count(f"#map .way.{who} path:not(.arrow)"), stretches)
        self.assertRegex(page.value("document.querySelector('#map .scale').textContent"), r"^\d+ k?m$")
        self.assertEqual(page.value("document.querySelector('#map .north').textContent"), "N")
        self.assertEqual(page.count(".timeline > li"), about["score"]["trips"])
        self.assertEqual(page.count(".timeline .read.subject"), len(about["sightings"]))
        self.assertIn("from 6 s ahead to 12 s behind", page.text(".timeline"))
        shown = page.text("#terms")
        for term in about["score"]["terms"]:
            if abs(term["value"]) >= 0.05:
                self.assertIn(term["words"], shown)
        self.assertIn(f"{about['score']['llr']:.1f}", page.text("#terms .sum"))
        self.assertIn("a vehicle going its own way", page.text("#chance"))
        self.load_pictures(page)
        self.assertTrue(page.value("[...document.images].every((one) => one.naturalWidth > 0)"))
        self.assertEqual(page.count(".crops img"), 24)
        self.assertIn("Do not confront", page.text(".caution"))
        self.assertEqual(page.value("document.querySelector('#evidence').href"), f"{self.address}{about['evidence']}")
        self.assertEqual(page.complaints(), [])
        self.keep(page, "case")

    def test_north_is_up_and_the_scale_is_right(self):
        page, about = self.case()
        lat = {one["camera"]: one["lat"] for one in about["places"]}
        lon = {one["camera"]: one["lon"] for one in about["places"]}
        drawn = page.value("""import('/assets/case_map.js').then(({ layOut }) => fetch('cases/' + location.pathname.split('/').pop())
            .then((answer) => answer.json()).then((about) => { const map = layOut(about.places, 800);
            return { metresPerPixel: map.metresPerPixel, spots: [...map.spots].map(([name, { x, y }]) => [name, x, y]) }; }))""")
        spots = {name: (x, y) for name, x, y in drawn["spots"]}
        for one in spots:
            for other in spots:
                if lat[one] > lat[other]:
                    self.assertLess(spots[one][1], spots[other][1], f"{one} is north of {other}")
                if lon[one] > lon[other]:
                    self.assertGreater(spots[one][0], spots[other][0], f"{one} is east of {other}")
        up = abs(spots["mill"][1] - spots["ferry"][1]) * drawn["metresPerPixel"]
        self.assertAlmostEqual(up, (lat["mill"] - lat["ferry"]) * 111_195, delta=1)

    def test_a_trip_is_chosen_with_the_keyboard(self):
        page, _ = self.case()
        page.value("document.querySelector('[name=trip]').focus()")
        page.press("ArrowRight")
        page.wait_for("document.querySelectorAll('#map .lag').length === 4")
        self.assertIn("1: +8 s", page.value("document.querySelector('#map').textContent"))
        self.assertTrue(page.value("document.querySelector('#map svg').getAttribute('aria-label')").startswith("Map. Trip 1, "))

    def test_a_judgement_goes_to_the_server_and_markup_stays_text(self):
        page, about = self.case(1)
        reason = "<img src=x onerror=alert(1)>"
        page.value("document.querySelector('#why').focus()")
        page.type(reason)
        page.press("Tab")
        page.press("Tab")  # past "It followed"
        self.assertEqual(page.value("document.activeElement.value"), "dismiss")
        page.press("Enter")
        page.wait_for("document.querySelector('#state').dataset.state === 'dismissed'")
        self.assertIn("Kept", page.text("#judged"))
        kept = self.get_json(f"/following/cases/{about['id']}")
        self.assertEqual((kept["state"], kept["history"][-1]["why"]), ("dismissed", reason))
        self.assertIn(reason, page.value("document.querySelector('#history').textContent"))
        self.assertEqual(page.count("#history img"), 0)
        self.assertEqual(page.complaints(), [])

    def test_a_case_that_changed_meanwhile_is_not_judged_blindly(self):
        page, about = self.case(2)
        self.post(f"/following/cases/{about['id']}/dismiss", {"who": "kim"})
        page.value("document.querySelector('#judge [value=confirm]').click()")
        page.wait_for("document.querySelector('#judged').innerText.includes('changed')")
        self.assertEqual(self.get_json(f"/following/cases/{about['id']}")["state"], "dismissed")
        self.assertEqual(page.value("document.querySelector('#state').dataset.state"), "dismissed")
        page.value("document.querySelector('#judge [value=confirm]').click()")
        page.wait_for("document.querySelector('#state').dataset.state === 'confirmed'")

    def test_an_unknown_case_says_so(self):
        page = self.open("/following/fc-none")
        page.wait_for("document.querySelector('#notice').innerText.includes('there is no case fc-none')")
        self.assertFalse(page.value("document.querySelector('#case').checkVisibility()"))

    def test_it_fits_a_phone_and_every_light(self):
        for dark in (False, True):
            for width in (320, 1100):
                for name, page in (("list", self.open("/following", width=width, dark=dark)), ("case", self.case(width=width, dark=dark)[0])):
                    with self.subTest(page=name, dark=dark, width=width):
                        page.wait_for("document.querySelector('.case, #map svg')")
                        self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width, "it scrolls sideways")
                        page.value("document.querySelectorAll('details').forEach((one) => (one.open = true))")
                        self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width, "with all opened")
                        self.assertEqual(page.value(browser.CONTRAST), [], "too little contrast (WCAG 2.2, 1.4.3)")
                        self.keep(page, f"{name}-{width}-{'dark' if dark else 'light'}")

    def test_a_screen_reader_has_a_name_for_everything(self):
        for page in (self.listed(), self.case()[0]):
            page.value("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            self.assertEqual(page.unnamed(), [])
            levels = page.value("[...document.querySelectorAll('h1,h2,h3')].filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))")
            self.assertEqual(levels[0], 1)
            self.assertTrue(all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels)

    def test_nothing_is_asked_of_another_machine(self):
        page, _ = self.case()
        self.load_pictures(page)
        self.assertEqual(page.hosts(), {self.address.removeprefix("http://")})


if __name__ == "__main__":
    unittest.main()
