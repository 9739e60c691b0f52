"""Cameras and servers on loopback for tests: RTSP, ONVIF, HTTP with still pictures, MJPEG and HLS, under TLS too."""
import http.server
import pathlib
import socket
import ssl
import subprocess
import threading

from support import SOURCE

DEBIAN_PYTHON = "/usr/bin/python3"  # it has `gi`


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def has_rtsp_server():
    return subprocess.run([DEBIAN_PYTHON, "-c", "import gi; gi.require_version('GstRtspServer', '1.0')"],
                          capture_output=True).returncode == 0


class Process:
    """A program of tools/testing that prints "ready PORT"."""

    def __init__(self, case, python, name, *arguments):
        self.process = subprocess.Popen([python, SOURCE / "tools/testing" / name, *map(str, arguments)],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        case.addCleanup(self.end)
        self.port = int(self.process.stdout.readline().split()[1])

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def rtsp_camera(case, *arguments):
    return Process(case, DEBIAN_PYTHON, "rtsp_server.py", "none.mp4", *arguments)


def onvif_camera(case, *arguments):
    return Process(case, "python3", "onvif_camera.py", *arguments)


def make_certificate(folder, name="camera", names="IP:127.0.0.1", days=1):
    """Signed by itself. `days` < 1 is one that has expired."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName={names}", "-days", str(days), "-keyout", key, "-out", certificate], check=True,
                   capture_output=True)
    return certificate, key


class WebCamera:
    """Serves /still.jpg (a new picture each time), /stream.mjpeg, and the files of a folder (HLS).

    Under TLS if it has a certificate; only to `login` ("user:password", Basic) if that is given.
    """

    def __init__(self, case, pictures, folder=None, certificate=None, login=None):
        camera = self
        self.asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=str(folder or pathlib.Path("/nonexistent")))

            def do_GET(self):  # noqa: N802: the library's name
                camera.asked.append(self.path)
                if login and self.headers.get("Authorization") != "Basic " + login:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="Web Cam"')
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                if self.path.startswith("/still.jpg"):
                    return self.picture(pictures[len(camera.asked) % len(pictures)])
                if self.path.startswith("/stream.mjpeg"):
                    return self.stream()
                super().do_GET()

            def picture(self, jpeg):
                self.send_response(200)
                self.send_header("Content-Type", "image/jpeg")
                self.send_header("Content-Length", str(len(jpeg)))
                self.end_headers()
                self.wfile.write(jpeg)

            def stream(self):
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=cut")
                self.end_headers()
                try:
                    for i in range(10_000):
                        jpeg = pictures[i % len(pictures)]
                        self.wfile.write(b"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
                                         + jpeg + b"\r\n")
                        if camera.over.wait(0.1):
                            return
                except OSError:
                    pass  # the watcher went away

            def log_message(self, *_):
                pass

        self.over = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.addCleanup(self.end)

    def end(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class TlsFront:
    """Takes TLS and hands what is in it to a port without."""

    def __init__(self, case, port, certificate):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.inner = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        case.addCleanup(self.listener.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.join, args=(caller,), daemon=True).start()

    def join(self, caller):
        try:
            outside = self.context.wrap_socket(caller, server_side=True)
            inside = socket.create_connection(("127.0.0.1", self.inner))
        except OSError:
            return
        threads = [threading.Thread(target=self.copy, args=pair, daemon=True)
                   for pair in ((outside, inside), (inside, outside))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outside.close()
        inside.close()

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
