-- What other systems are asked to do, and which of them somebody asks.

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    item TEXT NOT NULL,
    verb TEXT NOT NULL,
    made INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX outbox_open ON outbox (source, state, made) WHERE state IN ('waiting', 'sending', 'taken');
CREATE INDEX outbox_item ON outbox (item, made);

-- What can be asked of the system behind a source while the daemon is connected to it.
CREATE TABLE outlets (
    source TEXT NOT NULL,
    verb TEXT NOT NULL,
    PRIMARY KEY (source, verb)
) WITHOUT ROWID;
