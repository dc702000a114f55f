-- What has been over for long may go: its events too, for as long as they stand in `leaving`.

CREATE TABLE leaving (
    item TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;
DROP TRIGGER events_kept_delete;
CREATE TRIGGER events_kept_delete BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM leaving WHERE item = old.item)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- What those that went had added to the counters, so that these stay what they were.
CREATE TABLE retired (
    bucket INTEGER NOT NULL,
    queue TEXT NOT NULL,
    measure TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (bucket, queue, measure)
) WITHOUT ROWID;
