-- Who passed a camera when, and how many in each hour: what convoy search and patterns ask.

-- Holds all that they are told, so that no sighting has to be read. `plate` follows by itself: it
-- is part of the table's key.
CREATE INDEX plate_sightings_by_group
    ON plate_sightings (group_id, first_seen_us_utc, event_id, plate_confidence);

CREATE TABLE plate_flow (
    group_id INTEGER NOT NULL,           -- sighting_groups.group_id
    hour INTEGER NOT NULL,               -- hours since 1970-01-01T00:00Z, rounded down
    sightings INTEGER NOT NULL,          -- in that hour, with a plate; 1 or more
    PRIMARY KEY (group_id, hour)
) STRICT, WITHOUT ROWID;
INSERT INTO plate_flow (group_id, hour, sightings)
    SELECT group_id,
           (first_seen_us_utc - ((first_seen_us_utc % 3600000000) + 3600000000) % 3600000000)
               / 3600000000,
           count(DISTINCT event_id)
    FROM plate_sightings GROUP BY 1, 2;
