-- What was signed and no longer stands: who said so, when and why. One row a part, never deleted.

CREATE TABLE retraction (
  part       TEXT PRIMARY KEY,            -- outbox item; of a document that has none, the signed note
  visit      TEXT NOT NULL REFERENCES visit (id),
  by_name    TEXT NOT NULL,
  reason     TEXT NOT NULL,
  at         TEXT NOT NULL,
  item       TEXT REFERENCES outbox (id)  -- marks it in the EHR; NULL: it was not sent, or somebody marks it there
);
CREATE INDEX retraction_visit ON retraction (visit);
