-- How much sooner a clock may have started than it is known to: it did so while nobody listened.

ALTER TABLE clocks ADD COLUMN slack INTEGER NOT NULL DEFAULT 0;
