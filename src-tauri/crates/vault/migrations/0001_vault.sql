-- What a visit leaves behind. Rows of note_edit, signed_note, outbox, attempt, receipt and
-- audit are never deleted by a migration, a sign-out or a policy.

CREATE TABLE session (
  patient    TEXT PRIMARY KEY,            -- Patient id that the EHR bound the tokens to; '' for none
  body       TEXT NOT NULL,               -- tokens and what they allow, JSON
  saved_at   TEXT NOT NULL
);

CREATE TABLE visit (
  id         TEXT PRIMARY KEY,
  iss        TEXT NOT NULL,
  patient    TEXT NOT NULL,
  encounter  TEXT NOT NULL,               -- '' when the EHR gave none
  opened     TEXT NOT NULL,
  body       TEXT NOT NULL                -- clinical::visit::Visit, JSON
);
CREATE UNIQUE INDEX visit_once ON visit (iss, patient, encounter, id);
CREATE INDEX visit_by_context ON visit (iss, patient, encounter);

CREATE TABLE chart_resource (
  iss        TEXT NOT NULL,
  patient    TEXT NOT NULL,
  section    TEXT NOT NULL,
  reference  TEXT NOT NULL,               -- Type/id
  raw        TEXT NOT NULL                -- the server's JSON, verbatim
);
-- Rows of a kilobyte belong into a rowid table: in a WITHOUT ROWID one each spills into a page of its own.
CREATE INDEX chart_resource_section ON chart_resource (iss, patient, section);

CREATE TABLE chart_section (
  iss        TEXT NOT NULL,
  patient    TEXT NOT NULL,
  section    TEXT NOT NULL,
  outcome    TEXT NOT NULL,               -- complete | partial: why | failed: why
  fetched_at TEXT NOT NULL,
  PRIMARY KEY (iss, patient, section)
) WITHOUT ROWID;

CREATE TABLE note_edit (
  visit      TEXT NOT NULL REFERENCES visit (id),
  section    TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  text       TEXT NOT NULL,
  saved_at   TEXT NOT NULL,
  begun_at   TEXT NOT NULL,               -- first edit that this version holds
  PRIMARY KEY (visit, section, revision)
);

CREATE TABLE draft (
  visit      TEXT NOT NULL REFERENCES visit (id),
  kind       TEXT NOT NULL,               -- diagnoses | charges | follow_ups
  body       TEXT NOT NULL,
  saved_at   TEXT NOT NULL,
  PRIMARY KEY (visit, kind)
) WITHOUT ROWID;

CREATE TABLE signed_note (
  id         TEXT PRIMARY KEY,
  visit      TEXT NOT NULL UNIQUE REFERENCES visit (id),
  body       TEXT NOT NULL,               -- clinical::note::SignedNote, JSON
  plan       TEXT NOT NULL,               -- the write plan as it was shown, JSON
  signed_at  TEXT NOT NULL
);

CREATE TABLE outbox (
  id         TEXT PRIMARY KEY,
  visit      TEXT NOT NULL REFERENCES visit (id),
  position   INTEGER NOT NULL,
  body       TEXT NOT NULL,               -- the part of clinical::item::Item that never changes, JSON
  state      TEXT NOT NULL,               -- clinical::delivery::State, JSON
  state_name TEXT NOT NULL,
  due        INTEGER,                     -- ms since 1970 at which time alone can move it; NULL: never
  since      TEXT NOT NULL,
  attempts   INTEGER NOT NULL
);
CREATE INDEX outbox_due ON outbox (due) WHERE due IS NOT NULL;
CREATE INDEX outbox_visit ON outbox (visit, position);
CREATE INDEX outbox_state ON outbox (state_name);

CREATE TABLE attempt (
  item       TEXT NOT NULL REFERENCES outbox (id),
  at         TEXT NOT NULL,
  what       TEXT NOT NULL                -- plain words without PHI
);
CREATE INDEX attempt_item ON attempt (item);

CREATE TABLE receipt (
  item       TEXT PRIMARY KEY REFERENCES outbox (id),
  body       TEXT NOT NULL                -- clinical::item::Receipt, JSON
);

CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY,
  at         TEXT NOT NULL,
  who        TEXT NOT NULL,
  action     TEXT NOT NULL,
  about      TEXT NOT NULL,               -- Patient/…, visit or item reference; '' for none
  outcome    TEXT NOT NULL,
  previous   TEXT NOT NULL,               -- hash of the row before, hex
  hash       TEXT NOT NULL
);
