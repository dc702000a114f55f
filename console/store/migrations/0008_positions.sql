-- How far what the daemon follows has been read: files, pipes, folders of exports.

CREATE TABLE positions (
    feed TEXT NOT NULL,
    part TEXT NOT NULL,
    mark TEXT NOT NULL,
    offset INTEGER NOT NULL,
    line INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (feed, part)
) WITHOUT ROWID;
