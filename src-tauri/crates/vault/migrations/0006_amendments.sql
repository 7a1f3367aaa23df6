-- Addenda and corrections: notes of their own after the signature. Their texts are rows of note_edit whose
-- section is `<amendment>/<section>`. No row is ever deleted; a draft that was given up is marked so.

CREATE TABLE amendment (
  id         TEXT PRIMARY KEY,            -- of the draft, and of the SignedNote that it becomes
  visit      TEXT NOT NULL REFERENCES visit (id),
  relation   TEXT NOT NULL,               -- clinical::note::Relation
  target     TEXT NOT NULL,               -- id of the signed note that it amends
  begun_at   TEXT NOT NULL,
  dropped_at TEXT,
  body       TEXT,                        -- clinical::note::SignedNote, JSON; NULL until it is signed
  plan       TEXT,                        -- the write plan as it was shown, JSON
  item       TEXT REFERENCES outbox (id), -- NULL where the EHR takes no notes
  signed_at  TEXT
);
CREATE INDEX amendment_visit ON amendment (visit, begun_at);
-- One open draft of a kind at a time.
CREATE UNIQUE INDEX amendment_open ON amendment (visit, relation) WHERE signed_at IS NULL AND dropped_at IS NULL;
