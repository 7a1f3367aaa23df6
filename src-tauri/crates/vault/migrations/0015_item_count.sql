-- How many items stand where, for the badge: kept with each step, since years of filed items would be counted anew at
-- each look. Rows of item_state are never taken away.
CREATE TABLE item_count (
  state_name TEXT PRIMARY KEY,
  items      INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO item_count SELECT state_name, count(*) FROM item_state GROUP BY state_name;
CREATE TRIGGER item_queued AFTER INSERT ON item_state BEGIN
  INSERT INTO item_count VALUES (new.state_name, 1)
    ON CONFLICT (state_name) DO UPDATE SET items = items + 1;
END;
CREATE TRIGGER item_moved AFTER UPDATE OF state_name ON item_state BEGIN
  UPDATE item_count SET items = items - 1 WHERE state_name = old.state_name;
  INSERT INTO item_count VALUES (new.state_name, 1)
    ON CONFLICT (state_name) DO UPDATE SET items = items + 1;
END;
