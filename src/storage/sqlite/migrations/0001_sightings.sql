-- What was seen. Whatever is searched is a column; the rest is in the body.

CREATE TABLE sightings (
    seq INTEGER PRIMARY KEY,             -- order of arrival, from 1
    event_id TEXT NOT NULL,              -- deterministic; one row each
    first_seen_us_utc INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00Z
    group_id INTEGER NOT NULL,           -- sighting_groups.group_id
    published INTEGER NOT NULL,          -- 1 if the verdict made it a sighting, 0 if it was discarded
    plate_confidence REAL,               -- 0..1, of the plate's text; NULL without a plate
    body BLOB NOT NULL                   -- the whole event, bit by bit; form: sqlite/event_blob.h
) STRICT;
CREATE UNIQUE INDEX sightings_by_id ON sightings (event_id);
-- These two hold all that a filter asks for, so that only rows which are shown are read.
CREATE INDEX sightings_by_time
    ON sightings (published, first_seen_us_utc, event_id, group_id, plate_confidence);
CREATE INDEX sightings_by_group
    ON sightings (group_id, first_seen_us_utc, event_id, plate_confidence);

-- Every combination of camera, label and published that occurs: a few hundred. A question for some
-- of them becomes one for each of their groups, all in order of time already.
CREATE TABLE sighting_groups (
    group_id INTEGER PRIMARY KEY,        -- from 1
    camera TEXT NOT NULL,                -- its name in the configuration
    label TEXT NOT NULL,                 -- "car", "person", …
    published INTEGER NOT NULL,          -- 1 or 0, as in sightings
    UNIQUE (camera, label, published)
) STRICT;

-- The sightings of each plate, under its normalized and its resolved text (once if they are equal).
CREATE TABLE plate_sightings (
    plate TEXT NOT NULL,                 -- letters and digits, upper case
    first_seen_us_utc INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00Z
    event_id TEXT NOT NULL,              -- sightings.event_id
    seq INTEGER NOT NULL,                -- sightings.seq
    group_id INTEGER NOT NULL,           -- sighting_groups.group_id
    plate_confidence REAL,               -- 0..1, as in sightings
    PRIMARY KEY (plate, first_seen_us_utc, event_id)
) STRICT, WITHOUT ROWID;

-- Every text that occurs, once; and all of them packed tightly, to be looked through as a whole.
CREATE TABLE plates (
    plate TEXT PRIMARY KEY,              -- plate_sightings.plate
    block INTEGER NOT NULL               -- plate_blocks.block that holds it
) STRICT, WITHOUT ROWID;
CREATE TABLE plate_blocks (
    block INTEGER PRIMARY KEY,           -- from 1; new texts go into the last one
    texts BLOB NOT NULL                  -- form: sqlite/plate_block.h
) STRICT;

-- Which events need which snapshot, and the snapshots that none needs any more.
CREATE TABLE snapshot_uses (
    snapshot TEXT NOT NULL,              -- key in the object store
    seq INTEGER NOT NULL,                -- sightings.seq
    PRIMARY KEY (snapshot, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE loose_snapshots (
    snapshot TEXT PRIMARY KEY,           -- key in the object store
    handed_out INTEGER NOT NULL          -- 1 once it was given out to be deleted
) STRICT, WITHOUT ROWID;

CREATE TABLE subscribers (
    name TEXT PRIMARY KEY,               -- who reads the event log
    position INTEGER NOT NULL            -- of the last event it has taken; 64 bits, no sign
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
    only INTEGER PRIMARY KEY CHECK (only = 1), -- there is one row
    events INTEGER NOT NULL                    -- rows of sightings
) STRICT;
INSERT INTO totals (only, events) VALUES (1, 0);
