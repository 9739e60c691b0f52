"""Schemathesis invents requests from the document and looks for answers that it does not describe. Skipped where it is
not installed (`pip install schemathesis` into an environment of your own; VEDETTE_SCHEMATHESIS may name the program)."""
import os
import shutil
import subprocess
import unittest

import api_support

PROGRAM = os.environ.get("VEDETTE_SCHEMATHESIS") or shutil.which("schemathesis")


@api_support.needs_demo
@unittest.skipUnless(PROGRAM, "schemathesis is not installed (VEDETTE_SCHEMATHESIS)")
class Schemathesis(api_support.Server):
    def test_the_server_does_what_the_document_says(self):
        # Not a WebSocket's client, and a TRACE is refused before it reaches a route.
        done = subprocess.run(
            [PROGRAM, "run", f"{self.address}/openapi.json", "--url", self.address, "--max-examples",
             os.environ.get("VEDETTE_SCHEMATHESIS_EXAMPLES", "30"), "--exclude-path", "/ws/events", "--checks", "all",
             "--exclude-checks", "unsupported_method,positive_data_acceptance,missing_required_header,ignored_auth",
             "--seed", "1", "--no-color"],
            capture_output=True, text=True, timeout=550)
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
