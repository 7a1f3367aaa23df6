-- What the resources of a section were read as when they were saved, so that a chart opens at once.
-- Only the build that read them takes them; any other reads the resources anew.

CREATE TABLE chart_entries (
  iss        TEXT NOT NULL,
  patient    TEXT NOT NULL,
  section    TEXT NOT NULL,
  read_by    TEXT NOT NULL,
  entries    BLOB NOT NULL,
  PRIMARY KEY (iss, patient, section)
);
