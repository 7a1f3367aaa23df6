-- A task that was taken back: schema 7.
INSERT INTO retraction VALUES ('i3', 'signed', 'P', 'written twice', '2026-06-01T09:00:00Z', NULL);
