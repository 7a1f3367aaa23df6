-- The day's list as the EHR gave it last. One row a day; it is no record of care and goes when it
-- is old.

CREATE TABLE worklist (
  day        TEXT PRIMARY KEY,            -- YYYY-MM-DD in the clinic's zone
  body       TEXT NOT NULL,               -- clinical::worklist::Row, JSON list
  query      TEXT NOT NULL,               -- what was asked; an ETag counts for this alone
  etag       TEXT,                        -- the EHR's name for its answer
  fetched_at TEXT NOT NULL
);
