#!/usr/bin/env python3
"""An ONVIF camera on loopback for tests: answers WS-Discovery over UDP and SOAP over HTTP.

usage: onvif_camera.py [--user NAME --password WORD] [--clock-ahead SECONDS] [--codec H264|H265]
                       [--behaviour good|fault|garbage|huge|silent|page|other-host|digest] [--discovery PORT]
                       [--stream URI]... [--name NAME]
Prints "ready PORT" (a free one), then serves until SIGTERM. H265 is only known to Media2, which then is there, too.
Who asks for more than the time has to log in as --user, by a digest that is fresh by the camera's clock and not used
before (WS-Security UsernameToken 1.0). With --behaviour digest by that of HTTP (RFC 7616, MD5) beside.
"""
import argparse
import base64
import datetime
import hashlib
import hmac
import http.server
import signal
import socket
import struct
import sys
import threading
import time
import urllib.request
import uuid
import xml.etree.ElementTree as ElementTree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
FRESH_SECONDS = 10
GROUP = "239.255.255.250"


def envelope(body, header=""):
    return (f'<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP}" xmlns:wsa="{ADDRESSING}" '
            f'xmlns:d="{DISCOVERY}" xmlns:tds="{DEVICE}" xmlns:trt="{MEDIA}" xmlns:tr2="{MEDIA2}" xmlns:tt="{SCHEMA}">'
            f"<SOAP-ENV:Header>{header}</SOAP-ENV:Header><SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>")


def fault(subcode, reason):
    return envelope(f'<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>'
                    f'<SOAP-ENV:Value xmlns:ter="http://www.onvif.org/ver10/error">{subcode}</SOAP-ENV:Value>'
                    f'</SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">{reason}'
                    f"</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>")


class Camera:
    """What it is and says; the network is elsewhere."""

    def __init__(self, options):
        self.options = options
        self.port = 0
        self.seen_nonces = set()
        self.streams = options.stream or ["rtsp://127.0.0.1:554/main", "rtsp://127.0.0.1:554/sub"]

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.options.clock_ahead)

    def lets_in(self, root):
        if not self.options.user:
            return True
        token = root.find(f".//{{{WSSE}}}UsernameToken")
        if token is None:
            return False
        read = lambda space, name: token.findtext(f"{{{space}}}{name}") or ""  # noqa: E731
        nonce, created = base64.b64decode(read(WSSE, "Nonce")), read(WSU, "Created")
        when = datetime.datetime.fromisoformat(created.replace("Z", "+00:00"))
        if nonce in self.seen_nonces or abs((when - self.now()).total_seconds()) > FRESH_SECONDS:
            return False
        self.seen_nonces.add(nonce)
        wanted = base64.b64encode(hashlib.sha1(nonce + created.encode() + self.options.password.encode()).digest())
        return read(WSSE, "Username") == self.options.user and hmac.compare_digest(
            wanted, read(WSSE, "Password").encode())

    def answer(self, text):
        root = ElementTree.fromstring(text)
        request = next(iter(root.find(f"{{{SOAP}}}Body")))
        space, name = request.tag[1:].split("}")
        if name == "GetSystemDateAndTime":
            return 200, envelope(self.time())
        if not self.lets_in(root):
            return 400, fault("ter:NotAuthorized", "Sender not authorized")
        known = {"GetDeviceInformation": self.information, "GetServices": self.services, "GetProfiles": self.profiles,
                 "GetStreamUri": self.stream_uri, "GetSnapshotUri": self.snapshot_uri}
        if name not in known or (space == MEDIA2 and self.options.codec != "H265"):
            return 500, fault("ter:ActionNotSupported", "no such question")
        return 200, envelope(known[name](space, request))

    def time(self):
        now = self.now()
        return (f"<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
                f"<tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>"
                f"{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}"
                f"</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"
                f"</tds:GetSystemDateAndTimeResponse>")

    def information(self, _space, _request):
        return ("<tds:GetDeviceInformationResponse><tds:Manufacturer>Acme &amp; Sons</tds:Manufacturer><tds:Model>Eye 3"
                "</tds:Model><tds:FirmwareVersion>1.2.3</tds:FirmwareVersion><tds:SerialNumber>0042</tds:SerialNumber>"
                "<tds:HardwareId>7</tds:HardwareId></tds:GetDeviceInformationResponse>")

    def services(self, _space, _request):
        # As behind a router: the camera knows itself by another address.
        host = "192.0.2.77" if self.options.behaviour == "other-host" else f"127.0.0.1:{self.port}"
        spaces = [(DEVICE, "device_service"), (MEDIA, "media")] + (
            [(MEDIA2, "media2")] if self.options.codec == "H265" else [])
        return "<tds:GetServicesResponse>" + "".join(
            f"<tds:Service><tds:Namespace>{space}</tds:Namespace><tds:XAddr>http://{host}/onvif/{path}</tds:XAddr>"
            f"</tds:Service>" for space, path in spaces) + "</tds:GetServicesResponse>"

    def profiles(self, space, _request):
        sizes = [(640, 360, 10, 300), (2560, 1440, 25, 250)]  # the small one first, as some do
        if space == MEDIA2:
            return "<tr2:GetProfilesResponse>" + "".join(
                f'<tr2:Profiles token="p{i}"><tr2:Name>stream {i}</tr2:Name><tr2:Configurations><tr2:VideoEncoder '
                f'token="v{i}" GovLength="{gop}"><tt:Encoding>H265</tt:Encoding><tt:Resolution><tt:Width>{w}</tt:Width>'
                f"<tt:Height>{h}</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>{fps}.0"
                f"</tt:FrameRateLimit><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl></tr2:VideoEncoder>"
                f"<tr2:AudioEncoder><tt:Encoding>MP4A-LATM</tt:Encoding></tr2:AudioEncoder></tr2:Configurations>"
                f"</tr2:Profiles>" for i, (w, h, fps, gop) in enumerate(sizes)) + "</tr2:GetProfilesResponse>"
        return "<trt:GetProfilesResponse>" + "".join(
            f'<trt:Profiles token="p{i}" fixed="true"><tt:Name>stream {i}</tt:Name><tt:VideoEncoderConfiguration '
            f'token="v{i}"><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{w}</tt:Width><tt:Height>{h}'
            f"</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>{fps}</tt:FrameRateLimit>"
            f"<tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>{gop}</tt:GovLength>"
            f"<tt:H264Profile>High</tt:H264Profile></tt:H264></tt:VideoEncoderConfiguration></trt:Profiles>"
            for i, (w, h, fps, gop) in enumerate(sizes)) + "</trt:GetProfilesResponse>"

    def stream_uri(self, space, request):
        token = next(e.text for e in request.iter() if e.tag.endswith("}ProfileToken"))
        uri = self.streams[0 if token == "p1" else -1].replace("&", "&amp;")
        if space == MEDIA2:
            return f"<tr2:GetStreamUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetStreamUriResponse>"
        return (f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri><tt:InvalidAfterConnect>false"
                f"</tt:InvalidAfterConnect></trt:MediaUri></trt:GetStreamUriResponse>")

    def snapshot_uri(self, space, _request):
        uri = f"http://127.0.0.1:{self.port}/snap.jpg"
        if space == MEDIA2:
            return f"<tr2:GetSnapshotUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetSnapshotUriResponse>"
        return (f"<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri></trt:MediaUri>"
                f"</trt:GetSnapshotUriResponse>")

    def match(self, question):
        root = ElementTree.fromstring(question)
        asked = root.findtext(f".//{{{ADDRESSING}}}MessageID")
        if root.find(f".//{{{DISCOVERY}}}Probe") is None or not asked:
            return None
        name = self.options.name
        return envelope(
            f"<d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:"
            f"{uuid.uuid5(uuid.NAMESPACE_URL, name)}</wsa:Address></wsa:EndpointReference><d:Types>"
            f"dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder "
            f"onvif://www.onvif.org/name/{name} onvif://www.onvif.org/hardware/Eye%203 "
            f"onvif://www.onvif.org/location/front%20door</d:Scopes><d:XAddrs>http://192.0.2.9/onvif/device_service "
            f"http://127.0.0.1:{self.port}/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
            f"</d:ProbeMatch></d:ProbeMatches>",
            f"<wsa:MessageID>urn:uuid:{uuid.uuid4()}</wsa:MessageID><wsa:RelatesTo>{asked}</wsa:RelatesTo>")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    camera = None

    def do_POST(self):  # noqa: N802: the library's name
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        behaviour = self.camera.options.behaviour
        if behaviour == "silent":
            time.sleep(60)
        elif behaviour == "garbage":
            self.send(200, b"\x00\xff<<<not xml" * 20)
        elif behaviour == "huge":
            self.send(200, b"<a>" * 1_000_000)
        elif behaviour == "page":
            self.send(404, b"<html><body>no such page</body></html>", "text/html")
        elif behaviour == "fault" and b"GetSystemDateAndTime" not in text:
            self.send(500, fault("ter:Action", "the camera is on holiday").encode())
        elif behaviour == "digest" and b"GetSystemDateAndTime" not in text and not self.has_digest():
            self.send(401, b"", challenge='Digest realm="Eye", nonce="0123", qop="auth"')
        else:
            status, body = self.camera.answer(text)
            self.send(status, body.encode())

    def has_digest(self):
        given = urllib.request.parse_keqv_list(urllib.request.parse_http_list(
            self.headers.get("Authorization", "").removeprefix("Digest ")))
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()  # noqa: E731
        options = self.camera.options
        wanted = md5(":".join((md5(f"{options.user}:Eye:{options.password}"), "0123", given.get("nc", ""),
                               given.get("cnonce", ""), "auth", md5(f"POST:{self.path}"))))
        return given.get("username") == options.user and given.get("response") == wanted

    def send(self, status, body, kind="application/soap+xml; charset=utf-8", challenge=None):
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # it was too much for the asker

    def log_message(self, *_):
        pass


def serve_discovery(camera, port):
    heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    heard.bind(("", port))
    heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1")))
    while True:
        question, asker = heard.recvfrom(65536)
        heard.sendto(b"this is no XML", asker)
        answer = camera.match(question)
        if answer:
            heard.sendto(answer.encode(), asker)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--clock-ahead", type=int, default=0)
    parser.add_argument("--codec", default="H264")
    parser.add_argument("--behaviour", default="good")
    parser.add_argument("--discovery", type=int, default=0)
    parser.add_argument("--stream", action="append")
    parser.add_argument("--name", default="Eye")
    camera = Camera(parser.parse_args())
    Handler.camera = camera
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    camera.port = server.server_port
    if camera.options.discovery:
        threading.Thread(target=serve_discovery, args=(camera, camera.options.discovery), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("ready", camera.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
