-- Delivery goes on by visit, the one that was signed first before the others: what was begun is finished before more is
-- begun. The moment of signing is in the item's body, which never changes.
CREATE INDEX outbox_turn ON outbox (json_extract(body, '$.since'), visit, position, due) WHERE due IS NOT NULL;
DROP INDEX outbox_due_order;
