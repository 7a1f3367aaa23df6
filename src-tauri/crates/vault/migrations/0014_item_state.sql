-- Where an item stands is a row of its own, a small one: each step of delivery rewrote the whole item before, with the
-- note in it. In outbox the state is from here on the one in which the item was queued; its rows never change.
CREATE TABLE item_state (
  item       TEXT PRIMARY KEY REFERENCES outbox (id),
  visit      TEXT NOT NULL,
  position   INTEGER NOT NULL,
  queued     TEXT NOT NULL,               -- when it was signed
  state      TEXT NOT NULL,               -- clinical::delivery::State, JSON
  state_name TEXT NOT NULL,
  due        INTEGER,                     -- ms since 1970 at which time alone can move it; NULL: never
  since      TEXT NOT NULL,
  attempts   INTEGER NOT NULL
);
INSERT INTO item_state
  SELECT id, visit, position, json_extract(body, '$.since'), state, state_name, due, since, attempts FROM outbox;
CREATE INDEX item_state_visit ON item_state (visit, position);
CREATE INDEX item_state_name ON item_state (state_name, queued);
CREATE INDEX item_state_open ON item_state (state_name, visit);
CREATE INDEX item_state_due ON item_state (due) WHERE due IS NOT NULL;
-- Delivery goes on by visit, the one that was signed first before the others.
CREATE INDEX item_state_turn ON item_state (queued, visit, position, due) WHERE due IS NOT NULL;
DROP INDEX outbox_due;
DROP INDEX outbox_state;
DROP INDEX outbox_state_visit;
DROP INDEX outbox_queued;
DROP INDEX outbox_turn;
