"""Chromium without a window, for tests that look at the pages. It is driven through its DevTools protocol."""
import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from websocket import WebSocket

PROGRAM = shutil.which("chromium")

needs_browser = unittest.skipUnless(PROGRAM, "chromium is not installed (`./dev deps test`)")
KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowRight": 39, "ArrowDown": 40, "i": 73, "n": 78, "o": 79, "p": 80}
# What has too little of it (WCAG 2.2, 1.4.3).
CONTRAST = """[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() && !one.disabled
    && [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())).map((one) => {
  const channels = (text) => (text.startsWith('color(srgb')
    ? text.match(/[\\d.e-]+/g).map((part, i) => i < 3 ? Number(part) * 255 : Number(part)) : text.match(/[\\d.]+/g).map(Number));
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = [255, 255, 255];
  for (const over of [...(function* () { for (let at = one; at; at = at.parentElement) yield at; })()].reverse()) {
    const [r, g, b, alpha = 1] = channels(getComputedStyle(over).backgroundColor);
    ground = ground.map((under, i) => under * (1 - alpha) + [r, g, b][i] * alpha);
  }
  const style = getComputedStyle(one);
  const [a, b] = [light(channels(one.ownerSVGElement ? style.fill : style.color)), light(ground)].sort((x, y) => y - x);
  return [(a + 0.05) / (b + 0.05), one.className.baseVal ?? one.className, one.textContent.trim().slice(0, 40)];
}).filter(([ratio]) => ratio < 4.5)"""


def zone_at_noon():
    """A time zone in which it is about noon: what is tested lies within a day at whatever hour that is done."""
    west = time.gmtime().tm_hour - 12
    return f"Etc/GMT{west:+d}"


class Browser:
    """Starts it; ended with the class of tests that it is for. `zone`: whose days its pages show."""

    def __init__(self, case_class, zone="UTC"):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        case_class.addClassCleanup(self._profile.cleanup)
        self._process = subprocess.Popen(
            [PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--remote-debugging-port=0", f"--user-data-dir={self._profile.name}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "HOME": self._profile.name, "TZ": zone, "LANG": "en_GB.UTF-8"})
        case_class.addClassCleanup(self._end)
        address = None
        for line in self._process.stderr:
            if address := re.search(r"ws://\S+", line):
                break
        self._socket = WebSocket(address.group(0))
        self._number = 0
        self.events = []

    def _end(self):
        self._socket.close()
        self._process.kill()
        self._process.wait(timeout=60)
        self._process.stderr.close()

    def call(self, method, session=None, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            heard = json.loads(self._socket.receive())
            if heard.get("id") != self._number:
                self.events.append(heard)
                continue
            if "error" in heard:
                raise AssertionError(f"{method}: {heard['error']}")
            return heard["result"]

    def open(self, url, width=1100, height=900, dark=False, before=""):
        """`before`: a script that runs ahead of those of the page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        return Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"], target, url,
                    width, height, dark, before)


class Page:
    def __init__(self, browser, session, target, url, width, height, dark, before):
        self._browser, self._session, self._target = browser, session, target
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.resize(width, height)
        if before:
            self.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.call("Page.navigate", url=url)

    def call(self, method, **parameters):
        return self._browser.call(method, self._session, **parameters)

    def close(self):
        self._browser.call("Target.closeTarget", targetId=self._target)

    def resize(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def value(self, expression):
        """Of JavaScript, waited for if it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_for(self, expression, seconds=10):
        end = time.monotonic() + seconds
        while not (seen := self._holds(expression)):
            if time.monotonic() > end:
                raise AssertionError(f"{expression} stayed {seen}; the page says: {self.value('document.body.innerText')[:2000]}")
            time.sleep(0.05)
        return seen

    def _holds(self, expression):
        try:
            return self.value(f"(() => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }})()")
        except AssertionError as error:
            if "navigated" in str(error):
                return False  # the next page is asked again
            raise

    def text(self, selector):
        return self.value(f"document.querySelector({json.dumps(selector)}).innerText")

    def count(self, selector):
        return self.value(f"document.querySelectorAll({json.dumps(selector)}).length")

    def press(self, key):
        letter = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code={" ": "Space"}.get(key, key),
                      windowsVirtualKeyCode=KEYS[key], **(letter if kind == "keyDown" else {}))

    def type(self, text):
        self.call("Input.insertText", text=text)

    def picture(self, path, whole=True):
        self.call("Page.bringToFront")  # what nobody sees is not painted
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(taken["data"]))

    def complaints(self):
        """What the browser did not like: errors of scripts, refused by the policy, not found."""
        self.value("0")  # all that was said until now
        said = []
        for event in self._mine():
            about = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                said.append(str(about["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded" and about["entry"]["level"] == "error":
                said.append(f"{about['entry']['text']} {about['entry'].get('url', '')}")
            elif event["method"] == "Runtime.consoleAPICalled" and about["type"] in ("error", "assert"):
                said.append(str(about["args"]))
        return said

    def hosts(self):
        """That something was asked of."""
        asked = [event["params"]["request"]["url"] for event in self._mine() if event["method"] == "Network.requestWillBeSent"]
        return {urllib.parse.urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}

    def unnamed(self):
        """Roles of what a screen reader meets and cannot name."""
        tree = self.call("Accessibility.getFullAXTree")["nodes"]
        wanted = {"button", "link", "textbox", "searchbox", "combobox", "radio", "image", "img", "form", "heading", "table"}
        return [node["role"]["value"] for node in tree if not node.get("ignored") and node.get("role", {}).get("value") in wanted
                and not node.get("name", {}).get("value", "").strip()]

    def _mine(self):
        return [event for event in self._browser.events if event.get("sessionId") == self._session]
