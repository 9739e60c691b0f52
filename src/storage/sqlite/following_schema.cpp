#include "sqlite/following_schema.h"

namespace vedette::storage {

/// A released step is never changed; add another behind it.
std::vector<Migration> following_migrations() {
    return {{"0001_following", R"sql(
-- Cases of following. Whatever is searched is a column; the rest is in the body.
CREATE TABLE following_cases (
    case_id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    vehicle TEXT NOT NULL,
    state TEXT NOT NULL,             -- "open", "updated", "closed", "confirmed", "dismissed"
    score TEXT NOT NULL,             -- version of the score
    opened_us_utc INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00Z
    updated_us_utc INTEGER NOT NULL,
    llr REAL NOT NULL,
    revision INTEGER NOT NULL,       -- counts the changes, from 1
    body TEXT NOT NULL,              -- schema/following_case.v1.json
    evidence TEXT NOT NULL           -- schema/following_evidence.v1.json
) STRICT, WITHOUT ROWID;
CREATE INDEX following_cases_by_update ON following_cases (updated_us_utc, case_id);

-- Events that wait to be brought to the log.
CREATE TABLE following_announcements (
    seq INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    camera TEXT NOT NULL,
    at_us_utc INTEGER NOT NULL,
    payload TEXT NOT NULL
) STRICT;

-- Where the analysis stands: one row.
CREATE TABLE following_standing (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL,       -- up to which the log is known in cases
    state_position INTEGER,          -- up to which it is known in state; NULL: there is none
    state BLOB
) STRICT;
INSERT INTO following_standing VALUES (1, 0, NULL, NULL);
)sql"},
            {"0002_following_pauses", R"sql(
-- What the clock decided since the state was kept: a replay decides it at the same places.
CREATE TABLE following_pauses (
    seq INTEGER PRIMARY KEY,
    after_position INTEGER NOT NULL, -- of the log
    until_us_utc INTEGER NOT NULL    -- no earlier read was waited for any more
) STRICT;
)sql"}};
}

} // namespace vedette::storage
