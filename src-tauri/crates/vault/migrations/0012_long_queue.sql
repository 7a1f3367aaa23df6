-- A queue of thousands: what is asked at each turn of the worker is answered from these, without reading the items.
CREATE INDEX outbox_due_order ON outbox (due, visit, position) WHERE due IS NOT NULL;
CREATE INDEX outbox_state_visit ON outbox (state_name, visit);
CREATE INDEX outbox_queued ON outbox (state_name, json_extract(body, '$.since'));
CREATE INDEX visit_opened ON visit (opened);
