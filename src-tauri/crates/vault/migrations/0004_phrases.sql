-- The clinician's own phrases.

CREATE TABLE phrase (
  name       TEXT PRIMARY KEY,
  text       TEXT NOT NULL,
  saved_at   TEXT NOT NULL
);
