"""The page of recordings in a browser: it plays what was recorded, across files and gaps, seeks, marks and exports, and bears
phones, keyboards and screen readers. Skipped where chromium is not installed."""
import os
import pathlib
import unittest

import api_support
import browser

PICTURES = os.environ.get("VEDETTE_TEST_PICTURES")  # a folder: what the page looks like is kept there
SHOWN = "document.querySelector('#strip').getAttribute('aria-valuenow') - 0"
READY = "document.querySelector('#video').readyState >= 2 && !document.querySelector('#video').seeking"

SLOW = """// of the second file the first answer gives half of what it has and then no more
  const ask = window.fetch;
  let first = true;
  window.fetch = async (url, how) => {
    const answer = await ask(url, how);
    if (!first || !String(url).includes('/segments/2/media.m4s')) return answer;
    first = false;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    window.isSlow = true;
    return new Response(new ReadableStream({ start(to) {
      to.enqueue(bytes.subarray(0, bytes.length / 2));
      how.signal.addEventListener('abort', () => to.error(new DOMException('', 'AbortError')));
    } }), { headers: answer.headers });
  };"""


@api_support.needs_demo
@browser.needs_browser
class RecordingsPage(api_support.Server):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls, browser.zone_at_noon())

    def setUp(self):
        self.segments = self.get_json("/recordings/gate/segments")["segments"]

    def seconds(self, text):
        """Since 1970, by the browser's own reckoning."""
        return self.page.value(f"Date.parse('{text}') / 1000")

    def open(self, query="", **how):
        self.page = self.browser.open(f"{self.address}/recordings{query}", **how)
        self.addCleanup(self.page.close)
        self.page.wait_for(READY, 30)
        return self.page

    def keep(self, page, name):
        if PICTURES:
            width, height = page.value("[innerWidth, document.documentElement.scrollHeight]")
            page.resize(width, height)
            page.picture(pathlib.Path(PICTURES) / f"{name}.png")

    def at(self, number, seconds=0):
        """A query for a moment in a file."""
        return f"?camera=gate&at={self.segments[number]['from']}" if not seconds else \
            f"?camera=gate&at={self.segments[number]['from'].replace('.000Z', f'.{int(seconds * 1000):03}Z')}"

    def test_it_leads_from_the_live_page_to_the_recordings(self):
        page = self.browser.open(self.address + "/")
        self.addCleanup(page.close)
        page.wait_for("document.querySelector('.camera .recorded[href]')")
        page.value("setTimeout(() => [...document.querySelectorAll('.camera .recorded')].find((one) => one.href.includes('gate')).click())")
        page.wait_for("document.querySelector('#strip svg .covered')")
        self.assertEqual(page.value("document.querySelector('[name=camera]').value"), "gate")
        page.wait_for(READY, 30)
        self.assertEqual(page.complaints(), [])
        self.assertEqual(page.hosts(), {self.address.removeprefix("http://")})

    def test_it_plays_across_files_and_a_gap(self):
        page = self.open(self.at(1))
        start, border, gap_ends = self.seconds(self.segments[1]["from"]), self.seconds(self.segments[1]["to"]), self.seconds(self.segments[2]["from"])
        self.assertGreater(gap_ends - border, 5)
        self.assertAlmostEqual(page.value(SHOWN), start, delta=1)
        self.assertEqual(page.value("document.querySelector('#video').videoWidth"), 640)
        page.value("document.querySelector('#speed').value = '4'; document.querySelector('#speed').dispatchEvent(new Event('change'))")
        page.value("document.querySelector('#play').click()")
        page.wait_for(f"{SHOWN} >= {gap_ends + 3}", 30)
        self.assertIn(page.text("#play"), ("Pause", "Play"))
        page.wait_for("document.querySelector('#overlay').innerText.includes('No more')", 30)
        self.assertAlmostEqual(page.value(SHOWN), self.seconds(self.segments[-1]["to"]), delta=1)
        self.assertEqual(page.value("document.querySelector('#video').error"), None)
        self.assertEqual([one for one in page.complaints() if "404" not in one], [])  # nothing is recorded behind the last

    def test_a_seek_shows_the_picture_of_that_moment(self):
        page = self.open(self.at(0))
        page.value("document.querySelector('#strip').focus()")
        page.press("ArrowRight")  # ten seconds on: in the next file
        page.wait_for(READY, 30)
        wanted = self.seconds(self.segments[0]["from"]) + 10
        self.assertAlmostEqual(page.value(SHOWN), wanted, delta=1)
        here, earlier, later = (page.value(self.difference(wanted + by)) for by in (0, -0.5, 0.5))
        self.assertLess(here, min(earlier, later), "the browser shows what the server decodes")
        page.press("ArrowLeft")
        page.wait_for(READY, 30)
        self.assertAlmostEqual(page.value(SHOWN), wanted - 10, delta=1)
        self.assertGreater(page.value(self.difference(wanted)), page.value(self.difference(wanted - 10)))

    def test_a_seek_goes_beyond_what_is_loaded(self):
        page = self.open(self.at(0), before=SLOW)
        page.wait_for("window.isSlow")
        page.value("document.querySelector('#strip').focus()")
        page.press("ArrowRight")
        page.wait_for(READY, 30)
        wanted = self.seconds(self.segments[0]["from"]) + 10
        self.assertAlmostEqual(page.value(SHOWN), wanted, delta=0.1)
        self.assertLess(page.value(self.difference(wanted)), page.value(self.difference(wanted - 10)))
        self.assertEqual(page.complaints(), [])

    @staticmethod
    def difference(seconds):
        """Of what the video shows and what /picture gives of that time."""
        return f"""(async () => {{
          const pixels = (source) => {{ const canvas = new OffscreenCanvas(64, 36); const context = canvas.getContext('2d');
            context.drawImage(source, 0, 0, 64, 36); return context.getImageData(0, 0, 64, 36).data; }};
          const at = new Date({seconds} * 1000).toISOString();
          const still = await createImageBitmap(await (await fetch(`/recordings/gate/picture?at=${{at}}`)).blob());
          const [a, b] = [pixels(document.querySelector('#video')), pixels(still)];
          return a.reduce((sum, one, i) => sum + Math.abs(one - b[i]), 0) / a.length; }})()"""

    def test_events_are_reached_and_a_gap_says_why(self):
        page = self.open(self.at(1))
        page.value("document.querySelector('#event-before').click()")
        page.wait_for(f"{SHOWN} < {self.seconds(self.segments[1]['from'])} || document.querySelector('#overlay').innerText.includes('earlier')")
        page.wait_for(READY, 30)
        gap = self.seconds(self.segments[1]["to"]) + 4
        moved = f"""(() => {{ const strip = document.querySelector('#strip'); const box = strip.getBoundingClientRect();
          const [from, to] = ['min', 'max'].map((end) => Number(strip.getAttribute(`aria-value${{end}}`)));
          strip.dispatchEvent(new PointerEvent('pointermove', {{ clientX: box.left + ({gap} - from) / (to - from) * box.width }})); }})()"""
        for _ in range(9):  # until a second is wider than a pixel
            page.value("document.querySelector('#zoom-in').click()")
        page.wait_for("document.querySelectorAll('#strip .gap').length > 0")
        page.value(moved)
        page.wait_for("document.querySelector('#hint').innerText.includes('without recording: nothing was recorded')")
        self.assertIn("nothing was recorded", page.value("document.querySelector('#gaps').textContent"))
        page.value(moved.replace("PointerEvent('pointermove'", "MouseEvent('click'"))
        page.wait_for(f"{SHOWN} >= {self.seconds(self.segments[2]['from'])}", 30)
        page.wait_for("document.querySelector('#overlay').hidden")

    def pointed_at(self, page, seconds):
        """Points at a time of the timeline."""
        page.value(f"""(() => {{ const strip = document.querySelector('#strip'); const box = strip.getBoundingClientRect();
          const [from, to] = ['min', 'max'].map((end) => Number(strip.getAttribute(`aria-value${{end}}`)));
          strip.dispatchEvent(new PointerEvent('pointermove', {{ clientX: box.left + ({seconds} - from) / (to - from) * box.width }})); }})()""")

    def test_who_points_at_the_timeline_sees_what_was_there(self):
        page = self.open(self.at(0))
        for _ in range(9):
            page.value("document.querySelector('#zoom-in').click()")
        page.wait_for("document.querySelectorAll('#strip .covered').length > 1")
        start = self.seconds(self.segments[0]["from"])
        self.pointed_at(page, start + 8)
        page.wait_for("!document.querySelector('#peek').hidden")
        shown = self.seconds(page.value("document.querySelector('#peek').dataset.at"))
        self.assertLessEqual(shown, start + 8)
        self.assertGreater(shown, start - 10)
        self.assertEqual(shown % 10, 0)
        different = page.value("""(async () => { const peek = document.querySelector('#peek');
          const [x] = peek.style.backgroundPosition.split('px').map(Number);
          const strip = await createImageBitmap(await (await fetch(peek.style.backgroundImage.slice(5, -2))).blob());
          const pixels = (source, ...from) => { const canvas = new OffscreenCanvas(32, 18); const context = canvas.getContext('2d');
            context.drawImage(source, ...from, 0, 0, 32, 18); return context.getImageData(0, 0, 32, 18).data; };
          const at = new Date(Math.max(Date.parse(peek.dataset.at), %d)).toISOString();
          const still = await createImageBitmap(await (await fetch(`/recordings/gate/picture?at=${at}`)).blob());
          const [a, b] = [pixels(strip, -x, 0, 160, 90), pixels(still, 0, 0, still.width, still.height)];
          return a.reduce((sum, one, i) => sum + Math.abs(one - b[i]), 0) / a.length; })()""" % (start * 1000))
        self.assertLess(different, 12, "it is the picture of that time")
        self.keep(page, "recordings-preview")
        self.pointed_at(page, start - 120)
        page.wait_for("document.querySelector('#peek').hidden")
        self.assertEqual(page.complaints(), [])

    def test_a_marked_time_is_exported_and_kept(self):
        page = self.open(self.at(0))
        page.value("document.querySelector('#strip').focus()")
        page.press("i")
        page.press("ArrowRight")
        page.wait_for(f"{SHOWN} > {self.seconds(self.segments[0]['from']) + 8}")
        page.press("o")
        page.wait_for("!document.querySelector('#export').hidden")
        self.assertRegex(page.text("#marked"), r"\(10 s\)")
        got = page.value("fetch(document.querySelector('#export').href).then(async (answer) => [answer.status, (await answer.arrayBuffer()).byteLength])")
        self.assertEqual(got[0], 200)
        self.assertGreater(got[1], 10_000)
        page.value("document.querySelector('#keep').click()")
        page.wait_for("document.querySelector('#taken').innerText.includes('will not be deleted')")
        self.assertTrue(self.get_json("/recordings/gate/segments")["segments"][0]["kept"])
        page.value("document.querySelector('#let-go').click()")
        page.wait_for("document.querySelector('#taken').innerText.includes('their time has come')")
        self.assertEqual(page.complaints(), [])

    def test_a_day_is_whole_where_clocks_are_changed(self):
        page = self.browser.open("about:blank")
        self.addCleanup(page.close)
        page.call("Emulation.setTimezoneOverride", timezoneId="Europe/Berlin")
        page.call("Page.navigate", url=f"{self.address}/recordings?camera=gate&at=2026-10-24T12:00:00Z")
        hours = "['min', 'max'].map((end) => Number(document.querySelector('#strip').getAttribute(`aria-value${end}`)))"
        for day, wanted in (("2026-10-24", 24), ("2026-10-25", 25), ("2026-10-26", 24)):
            page.wait_for(f"document.querySelector('[name=day]').value === '{day}' && !document.querySelector('#timeline').hidden")
            page.wait_for(f"(([from, to]) => to - from === {wanted} * 3600 && new Date(from * 1000).getHours() === 0)({hours})")
            page.wait_for("document.querySelector('#nothing').innerText.includes('on this day')")
            page.value("document.querySelector('#day-after').click()")
        page.value("document.querySelector('[name=day]').value = '2026-03-29'; "
                   "document.querySelector('[name=day]').dispatchEvent(new Event('change', { bubbles: true }))")
        page.wait_for(f"(([from, to]) => to - from === 23 * 3600)({hours})")
        page.value("document.querySelector('#day-before').click()")
        page.wait_for("document.querySelector('[name=day]').value === '2026-03-28'")
        self.assertEqual(page.complaints(), [])

    def test_an_empty_day_and_an_unknown_camera_say_so(self):
        page = self.open("?camera=none")
        self.assertIn("no recordings of none", page.text("#notice"))
        page.value("document.querySelector('#day-before').click()")
        page.wait_for("document.querySelector('#nothing').innerText.includes('Nothing is recorded of gate')")

    def test_it_fits_a_phone_and_every_light(self):
        for dark in (False, True):
            for width in (320, 1100):
                with self.subTest(dark=dark, width=width):
                    page = self.open(self.at(0), width=width, dark=dark)
                    page.value("document.querySelectorAll('details').forEach((one) => (one.open = true))")
                    page.value("for (let i = 0; i < 8; ++i) document.querySelector('#zoom-in').click()")
                    page.wait_for("document.querySelectorAll('#strip .covered').length > 1")
                    self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width, "it scrolls sideways")
                    self.assertEqual(page.value(browser.CONTRAST), [], "too little contrast (WCAG 2.2, 1.4.3)")
                    self.keep(page, f"recordings-{width}-{'dark' if dark else 'light'}")

    def test_a_screen_reader_has_a_name_for_everything(self):
        page = self.open(self.at(0))
        self.assertEqual(page.unnamed(), [])
        self.assertIn("recorded, 640", page.value("document.querySelector('#strip').getAttribute('aria-valuetext')"))


if __name__ == "__main__":
    unittest.main()
