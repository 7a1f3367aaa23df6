-- Kinds of records that an EHR refused although it declares them: the next write plans know it for a while.

CREATE TABLE refused_kind (
  iss           TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  status        INTEGER NOT NULL,            -- HTTP status of the last refusal
  at            TEXT NOT NULL,
  PRIMARY KEY (iss, resource_type)
) WITHOUT ROWID;
