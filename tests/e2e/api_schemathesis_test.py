"""Schemathesis invents requests from the document and looks for answers that it does not describe. Skipped where it is
not installed (`./dev deps test` fetches it; VEDETTE_SCHEMATHESIS may name another one)."""
import os
import shutil
import subprocess
import tempfile
import unittest

import api_support
from support import SOURCE

FETCHED = SOURCE / ".deps/schemathesis"


def program():
    """-> its path and environment, or nothing"""
    chosen = os.environ.get("VEDETTE_SCHEMATHESIS") or shutil.which("schemathesis")
    if chosen:
        return chosen, None
    fetched = FETCHED / "bin/schemathesis"
    return (fetched, dict(os.environ, PYTHONPATH=str(FETCHED))) if fetched.exists() else (None, None)


PROGRAM, ENVIRONMENT = program()


@api_support.needs_demo
@unittest.skipUnless(PROGRAM, "schemathesis is not installed (VEDETTE_SCHEMATHESIS)")
class Schemathesis(api_support.Server):
    def test_the_server_does_what_the_document_says(self):
        # Not a WebSocket's client, and a TRACE is refused before it reaches a route. The only fault of a server that
        # the document knows is 503 (a camera without a picture): any other is an undocumented status.
        notes = tempfile.TemporaryDirectory()  # it writes down what it found
        self.addCleanup(notes.cleanup)
        done = subprocess.run(
            [PROGRAM, "run", f"{self.address}/openapi.json", "--url", self.address, "--max-examples",
             os.environ.get("VEDETTE_SCHEMATHESIS_EXAMPLES", "10"), "--phases",
             os.environ.get("VEDETTE_SCHEMATHESIS_PHASES", "examples,coverage,fuzzing"), "--exclude-path", "/ws/events",
             "--checks", "all", "--exclude-checks",
             "unsupported_method,positive_data_acceptance,missing_required_header,ignored_auth,not_a_server_error",
             "--seed", "1", "--no-color"],
            capture_output=True, text=True, timeout=550, env=ENVIRONMENT, cwd=notes.name)
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
