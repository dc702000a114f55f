-- What a feed says of a person besides what they do.

ALTER TABLE items ADD COLUMN marks TEXT NOT NULL DEFAULT '';
