-- When feeds were not heard. A heartbeat leaves no trace: a feed that is heard again says when it was before
-- (`heard`), and from when on it counted as lost; both are NULL where it never was.

CREATE TABLE silences (
    feed TEXT NOT NULL,
    back INTEGER NOT NULL,
    heard INTEGER,
    lost INTEGER,
    PRIMARY KEY (feed, back)
) WITHOUT ROWID;
