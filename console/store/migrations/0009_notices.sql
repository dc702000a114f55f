-- Each breach's way up the ladder, once; and what is to be told to people and systems.

CREATE TABLE climbs (
    clock TEXT NOT NULL,
    item TEXT NOT NULL,
    norm TEXT NOT NULL,
    severity INTEGER NOT NULL,
    broke INTEGER NOT NULL,
    found INTEGER NOT NULL,
    state TEXT NOT NULL,
    told TEXT NOT NULL,
    wake INTEGER,
    held INTEGER NOT NULL,
    PRIMARY KEY (item, clock)
) WITHOUT ROWID;
CREATE INDEX climbs_wake ON climbs (wake) WHERE wake IS NOT NULL;

CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    made INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    again INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    data TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX notices_open ON notices (channel, again) WHERE state IN ('waiting', 'sending');
CREATE INDEX notices_made ON notices (channel, made);
CREATE INDEX notices_bad ON notices (changed) WHERE state IN ('failed', 'unknown');
