#include "sqlite/recording_schema.h"

namespace vedette::storage {

/// A released step is never changed; add another behind it.
std::vector<Migration> recording_migrations() {
    return {{"0001_recordings", R"sql(
-- Files of recorded packets. Times are microseconds since 1970-01-01T00:00Z.
CREATE TABLE segments (
    segment_id INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    file TEXT NOT NULL UNIQUE,       -- below the recordings' folder
    start_us_utc INTEGER NOT NULL,
    end_us_utc INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    codec TEXT NOT NULL,
    audio_codec TEXT NOT NULL,       -- empty: no sound
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    fragments BLOB NOT NULL,         -- the recorder's own form
    gap_us INTEGER NOT NULL,         -- nothing recorded before it
    gap_cause TEXT NOT NULL,
    motion REAL NOT NULL,            -- scores, 0..1
    object REAL NOT NULL,
    alert REAL NOT NULL,
    kept INTEGER NOT NULL,           -- 1: nobody deletes it
    doomed INTEGER NOT NULL          -- 1: its file is being deleted
) STRICT;
CREATE INDEX segments_by_time ON segments (camera, start_us_utc, segment_id);
CREATE INDEX segments_doomed ON segments (segment_id) WHERE doomed = 1;

-- How much there is of each camera, without what is doomed: asked every few seconds.
CREATE TABLE extents (
    camera TEXT PRIMARY KEY,
    segments INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER segment_added AFTER INSERT ON segments BEGIN
    INSERT INTO extents VALUES (NEW.camera, 1, NEW.bytes) ON CONFLICT (camera)
        DO UPDATE SET segments = segments + 1, bytes = bytes + NEW.bytes;
END;
CREATE TRIGGER segment_doomed AFTER UPDATE OF doomed ON segments
WHEN NEW.doomed = 1 AND OLD.doomed = 0 BEGIN
    UPDATE extents SET segments = segments - 1, bytes = bytes - OLD.bytes
        WHERE camera = OLD.camera;
    DELETE FROM extents WHERE camera = OLD.camera AND segments = 0;
END;
CREATE TRIGGER segment_removed AFTER DELETE ON segments WHEN OLD.doomed = 0 BEGIN
    UPDATE extents SET segments = segments - 1, bytes = bytes - OLD.bytes
        WHERE camera = OLD.camera;
    DELETE FROM extents WHERE camera = OLD.camera AND segments = 0;
END;
)sql"},
            {"0002_tiers_and_triggers", R"sql(
-- On which tier a file is ('': where it was recorded), and what was seen while it was recorded: of
-- older ones that is not known, so they count as if it were what was seen around them.
ALTER TABLE segments ADD COLUMN seen REAL NOT NULL DEFAULT 0;
ALTER TABLE segments ADD COLUMN tier TEXT NOT NULL DEFAULT '';
UPDATE segments SET seen = object WHERE object > 0;
CREATE INDEX segments_by_tier ON segments (tier, camera, start_us_utc, segment_id);

-- How much there is of each camera on each tier, without what is doomed.
DROP TRIGGER segment_added;
DROP TRIGGER segment_doomed;
DROP TRIGGER segment_removed;
DROP TABLE extents;
CREATE TABLE extents (
    tier TEXT NOT NULL,
    camera TEXT NOT NULL,
    segments INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    event_bytes INTEGER NOT NULL,    -- of them, where something was seen or an alert was
    PRIMARY KEY (tier, camera)
) STRICT, WITHOUT ROWID;
INSERT INTO extents SELECT tier, camera, count(*), sum(bytes),
        sum(iif(max(object, alert) > 0, bytes, 0)) FROM segments WHERE doomed = 0
    GROUP BY tier, camera;
CREATE TRIGGER segment_added AFTER INSERT ON segments WHEN NEW.doomed = 0 BEGIN
    INSERT INTO extents VALUES (NEW.tier, NEW.camera, 1, NEW.bytes,
            iif(max(NEW.object, NEW.alert) > 0, NEW.bytes, 0))
        ON CONFLICT (tier, camera) DO UPDATE SET segments = segments + 1,
            bytes = bytes + excluded.bytes, event_bytes = event_bytes + excluded.event_bytes;
END;
CREATE TRIGGER segment_changed AFTER UPDATE OF doomed, tier, object, alert ON segments
WHEN NEW.doomed <> OLD.doomed OR NEW.tier <> OLD.tier
        OR (max(NEW.object, NEW.alert) > 0) <> (max(OLD.object, OLD.alert) > 0) BEGIN
    UPDATE extents SET segments = segments - 1, bytes = bytes - OLD.bytes,
            event_bytes = event_bytes - iif(max(OLD.object, OLD.alert) > 0, OLD.bytes, 0)
        WHERE OLD.doomed = 0 AND tier = OLD.tier AND camera = OLD.camera;
    INSERT INTO extents SELECT NEW.tier, NEW.camera, 1, NEW.bytes,
            iif(max(NEW.object, NEW.alert) > 0, NEW.bytes, 0) WHERE NEW.doomed = 0
        ON CONFLICT (tier, camera) DO UPDATE SET segments = segments + 1,
            bytes = bytes + excluded.bytes, event_bytes = event_bytes + excluded.event_bytes;
    DELETE FROM extents WHERE tier = OLD.tier AND camera = OLD.camera AND segments = 0;
END;
CREATE TRIGGER segment_removed AFTER DELETE ON segments WHEN OLD.doomed = 0 BEGIN
    UPDATE extents SET segments = segments - 1, bytes = bytes - OLD.bytes,
            event_bytes = event_bytes - iif(max(OLD.object, OLD.alert) > 0, OLD.bytes, 0)
        WHERE tier = OLD.tier AND camera = OLD.camera;
    DELETE FROM extents WHERE tier = OLD.tier AND camera = OLD.camera AND segments = 0;
END;

-- Somebody said that what is recorded in a time matters.
CREATE TABLE triggers (
    trigger_id INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    at_us_utc INTEGER NOT NULL,      -- when it was said
    from_us_utc INTEGER NOT NULL,
    to_us_utc INTEGER NOT NULL,
    reason TEXT NOT NULL,            -- for people; may be empty
    keep INTEGER NOT NULL            -- 1: nobody deletes what is recorded then
) STRICT;
CREATE INDEX triggers_by_camera ON triggers (camera, trigger_id);
)sql"}};
}

} // namespace vedette::storage
