-- Norms that break at an event: what was missing there, and clocks that may not stop too soon.

ALTER TABLE clocks ADD COLUMN missing TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clocks ADD COLUMN freed INTEGER NOT NULL DEFAULT 0;
-- What may be broken beside clocks that ran past their limit.
CREATE INDEX clocks_broken ON clocks (due, item, name)
WHERE rule <> 'most' AND (rule <> 'least' OR stopped < due) AND (rule <> 'every' OR stopped IS NULL OR stopped > due);
