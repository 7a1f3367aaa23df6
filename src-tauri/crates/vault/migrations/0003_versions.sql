-- A version of a section can be an earlier one that was brought back: undo then goes on from there.
-- The history of a section is thinned while it is written (clinical::history); its newest text never goes.

ALTER TABLE note_edit ADD COLUMN copy_of INTEGER;  -- revision it repeats, 0: the empty beginning; NULL: typed
