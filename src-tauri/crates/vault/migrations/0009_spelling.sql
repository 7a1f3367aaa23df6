-- Words that the clinician added for the spelling, as they are looked up.

CREATE TABLE spelling_word (
  word       TEXT PRIMARY KEY,
  added_at   TEXT NOT NULL
);
