-- A phrase of the clinician's own: schema 4.
INSERT INTO phrase VALUES ('stable', '[Problem] is stable.', '2026-04-01T10:00:00Z');
