-- What each EHR declared and granted at the last sign-in, and what changed since the clinician last looked.

CREATE TABLE ehr_known (
  iss           TEXT PRIMARY KEY,
  body          TEXT NOT NULL,               -- capabilities and scopes, JSON
  at            TEXT NOT NULL,
  changes       TEXT NOT NULL                -- sentences that nobody has read yet, JSON list
) WITHOUT ROWID;
