-- Since schema 14 each item has a row for where it stands.

INSERT INTO item_state
  SELECT id, visit, position, json_extract(body, '$.since'), state, state_name, due, since, attempts FROM outbox;
