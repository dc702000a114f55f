-- The log, and all that is worked out from it.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    item TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    time INTEGER NOT NULL,
    sequence INTEGER,
    positional INTEGER NOT NULL,
    data TEXT NOT NULL,
    digest BLOB NOT NULL,
    received INTEGER NOT NULL,
    actor TEXT
);
CREATE UNIQUE INDEX events_name ON events (source, id);
CREATE UNIQUE INDEX events_item ON events (item, version);
CREATE TRIGGER events_kept_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_kept_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE items (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    hand INTEGER NOT NULL,
    state TEXT NOT NULL,
    queue TEXT NOT NULL,
    owner TEXT,
    asked TEXT,
    customer TEXT NOT NULL,
    name TEXT NOT NULL,
    "case" TEXT NOT NULL,
    direction TEXT NOT NULL,
    opened INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last INTEGER NOT NULL,
    over INTEGER,
    withdrawn INTEGER NOT NULL,
    mine INTEGER NOT NULL,
    source TEXT NOT NULL,
    tries INTEGER NOT NULL,
    level TEXT NOT NULL,
    snoozed INTEGER,
    note TEXT NOT NULL,
    reason TEXT NOT NULL,
    band INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    at INTEGER NOT NULL,
    next INTEGER,
    norm TEXT NOT NULL,
    clock TEXT NOT NULL,
    warn INTEGER,
    due INTEGER,
    paused INTEGER,
    acknowledged TEXT NOT NULL,
    lead INTEGER NOT NULL,
    promises INTEGER NOT NULL,
    tally TEXT NOT NULL,
    open INTEGER NOT NULL,
    words TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX items_place ON items (band, severity, at, id) WHERE open;
CREATE INDEX items_queue ON items (queue, band, severity, at, id) WHERE open;
CREATE INDEX items_owner ON items (owner, band, severity, at, id) WHERE open;
CREATE INDEX items_kind ON items (kind, band, severity, at, id) WHERE open;
CREATE INDEX items_next ON items (next) WHERE next IS NOT NULL;
CREATE INDEX items_customer ON items (customer, opened) WHERE customer <> '';
CREATE INDEX items_case ON items ("case", opened) WHERE "case" <> '';
CREATE INDEX items_asked ON items (id) WHERE asked IS NOT NULL;
CREATE INDEX items_last ON items (last);

CREATE TABLE clocks (
    item TEXT NOT NULL,
    norm TEXT NOT NULL,
    period INTEGER NOT NULL,
    name TEXT NOT NULL,
    severity INTEGER NOT NULL,
    started INTEGER NOT NULL,
    warn INTEGER NOT NULL,
    due INTEGER NOT NULL,
    stopped INTEGER,
    paused INTEGER,
    not_before INTEGER,
    pauses TEXT NOT NULL,
    agents TEXT NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (item, norm, period)
) WITHOUT ROWID;
-- What may be broken: it runs, or it stopped late.
CREATE INDEX clocks_late ON clocks (due, item, name) WHERE stopped IS NULL OR stopped > due;

CREATE TABLE effects (
    cause TEXT NOT NULL,
    target TEXT NOT NULL,
    type TEXT NOT NULL,
    time INTEGER NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER,
    norm TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (target, time, cause, source, id, type, norm)
) WITHOUT ROWID;
CREATE INDEX effects_cause ON effects (cause);

CREATE TABLE counters (
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    band INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (queue, kind, band)
) WITHOUT ROWID;

CREATE TABLE buckets (
    bucket INTEGER NOT NULL,
    queue TEXT NOT NULL,
    measure TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (bucket, queue, measure)
) WITHOUT ROWID;

CREATE TABLE rejects (
    seq INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw BLOB NOT NULL,
    digest BLOB NOT NULL,
    received INTEGER NOT NULL
);
CREATE UNIQUE INDEX rejects_once ON rejects (origin, line, digest);

CREATE TABLE feeds (
    name TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    heard INTEGER NOT NULL,
    lost INTEGER NOT NULL
) WITHOUT ROWID;

-- Norm packs and settings, each from its moment on.
CREATE TABLE site (
    effective INTEGER NOT NULL,
    part TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    applied INTEGER NOT NULL,
    PRIMARY KEY (effective, part)
) WITHOUT ROWID;
