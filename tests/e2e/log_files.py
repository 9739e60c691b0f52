"""Reads and writes the files of an event log as docs/design/event-log.md describes them, without the program."""
import json
import struct
import zlib

HEADER = struct.Struct("<8sIIQqII")
SALT = 20261121
RECORD = struct.Struct("<IIQqIHHBB")


class Record:
    """One event of a log."""

    def __init__(self, position, identity, kind, payload):
        self.position, self.id, self.kind, self.payload = position, identity, kind, payload

    @property
    def event(self):
        return json.loads(self.payload)


def events_in(folder):
    """What stands in the log, in order; the group that a crash tore off at its end does not count."""
    segments = sorted(folder.glob("*.events"))
    records = []
    for segment in segments:
        found, whole = _records_of(segment.read_bytes(), int(segment.stem))
        if not whole and segment != segments[-1]:
            raise AssertionError(f"{segment} is damaged behind {len(found)} events")
        records += found
    return records


def write_log(folder, events):
    """A log that holds these events and nothing else: sightings, and others that have no camera. -> how many"""
    folder.mkdir(parents=True)
    head = struct.pack("<8sIIQqI", b"VDTEVLOG", 1, SALT, 1, 0, 0)
    with open(folder / f"{1:020}.events", "wb") as file:
        file.write(head + struct.pack("<I", zlib.crc32(head)))
        for position, event in enumerate(events, 1):
            file.write(_encoded(position, event))
    return position


def _encoded(position, event):
    texts = event["event_id"].encode(), event["type"].encode(), event.get("camera", "").encode()
    body = b"".join(texts) + json.dumps(event).encode()
    length = struct.pack("<I", RECORD.size + len(body))
    rest = struct.pack("<QqIHHBB", position, 0, 0, len(texts[0]), len(texts[2]), len(texts[1]), 1) + body
    return length + struct.pack("<I", zlib.crc32(rest, zlib.crc32(length, SALT))) + rest


def _records_of(data, first):
    """-> events of whole groups, whether there is nothing else"""
    magic, version, salt, named, _, zero, check = HEADER.unpack_from(data)
    assert (magic, version, named, zero) == (b"VDTEVLOG", 1, first, 0), "a header that is none"
    assert check == zlib.crc32(data[:36]), "a damaged header"
    records, ended, at = [], 0, HEADER.size
    while (one := _record_at(data, at, salt)) is not None:
        record, size, ends_group = one
        records.append(record)
        at += size
        if ends_group:
            ended = len(records)
    return records[:ended], at == len(data) and ended == len(records)


def _record_at(data, at, salt):
    """-> event, its bytes, whether it ends a group; None if there is no whole one"""
    if at + RECORD.size > len(data):
        return None
    size, check, position, _, _, id_bytes, camera_bytes, kind_bytes, flags = RECORD.unpack_from(data, at)
    record = data[at:at + size]
    if len(record) != size or size < RECORD.size or check != zlib.crc32(record[8:], zlib.crc32(record[:4], salt)):
        return None
    id_end = RECORD.size + id_bytes
    kind_end = id_end + kind_bytes
    return Record(position, record[RECORD.size:id_end].decode(), record[id_end:kind_end].decode(),
                  record[kind_end + camera_bytes:].decode()), size, flags & 1
