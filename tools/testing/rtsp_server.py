#!/usr/bin/python3
"""A camera on loopback for tests, with GStreamer's RTSP server.

usage: rtsp_server.py CLIP.mp4 [--locked]
Prints "ready PORT" (a free one), then serves until SIGTERM:
  /live  a moving picture, 320x240, 15 frames per second, as long as it is watched
  /file  CLIP.mp4 (H.264) once, from its start
  /both  the moving picture with sound (G.711 A-law)
  /sound sound alone
  /long  the moving picture with a key frame at its start alone
With --locked only for user "viewer" with password "letmein" (digest).
"""
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

LIVE = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! h264parse "
    "! rtph264pay name=pay0 pt=96 config-interval=1 )"
)
SOUND = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay%d pt=8"
FILE = "( filesrc location=%s ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )"


def add(server, path, launch, shared):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch)
    factory.set_shared(shared)
    permissions = GstRtspServer.RTSPPermissions()
    for what in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", what, True)
    factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)


def authentication(locked):
    viewer = GstRtspServer.RTSPToken()
    viewer.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(2)  # GST_RTSP_AUTH_DIGEST
    auth.add_digest("viewer", "letmein", viewer)
    if not locked:
        auth.set_default_token(viewer)
    return auth


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.set_auth(authentication("--locked" in sys.argv[2:]))
    add(server, "/live", LIVE, True)
    add(server, "/file", FILE % sys.argv[1], False)
    add(server, "/both", LIVE.removesuffix(")") + SOUND % 1 + " )", False)
    add(server, "/sound", "( " + SOUND % 0 + " )", True)
    add(server, "/long", LIVE.replace("key-int-max=15", "key-int-max=100000"), True)
    server.attach(None)
    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGTERM, loop.quit)
    print("ready", server.get_bound_port(), flush=True)
    loop.run()


if __name__ == "__main__":
    main()
