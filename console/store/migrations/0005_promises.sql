-- Contacts about one matter, the next try of a promise, and whose customer was given to somebody else.

ALTER TABLE items ADD COLUMN contacts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE items ADD COLUMN next_try INTEGER;
ALTER TABLE items ADD COLUMN away TEXT NOT NULL DEFAULT '';
