-- How many open items each owner has: the picker asks for it again and again.

CREATE TABLE owners (
    owner TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO owners SELECT owner, count(*) FROM items WHERE open AND owner IS NOT NULL GROUP BY owner;
