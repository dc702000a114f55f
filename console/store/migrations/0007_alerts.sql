-- Breaches that rang, or were kept from it: one line each, so that any number of consoles rings once.

CREATE TABLE alerts (
    clock TEXT NOT NULL,
    item TEXT NOT NULL,
    norm TEXT NOT NULL,
    fired INTEGER NOT NULL,
    rung INTEGER,
    acted INTEGER,
    by TEXT NOT NULL,
    ended INTEGER,
    wake INTEGER,
    PRIMARY KEY (item, clock)
) WITHOUT ROWID;
CREATE INDEX alerts_wake ON alerts (wake) WHERE wake IS NOT NULL;
CREATE INDEX alerts_fired ON alerts (fired);
CREATE INDEX alerts_rung ON alerts (rung) WHERE rung IS NOT NULL;
