-- Redo after undo, also after a restart: a version that undo or redo wrote knows where undo began. What is typed or
-- chosen from the list knows nothing of it, so nothing older is brought forward over it.

ALTER TABLE note_edit ADD COLUMN undone_from INTEGER;  -- revision from which undo began; NULL: typed, or brought back by choice
