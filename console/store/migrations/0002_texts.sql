-- What the free words of a filter are looked for in: the texts of open items, and an index of their trigrams.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    item TEXT NOT NULL UNIQUE,
    words TEXT NOT NULL
);
CREATE VIRTUAL TABLE trigrams USING fts5 (words, content='texts', content_rowid='id', detail='none', tokenize='trigram case_sensitive 1');
CREATE TRIGGER texts_in AFTER INSERT ON texts BEGIN INSERT INTO trigrams (rowid, words) VALUES (new.id, new.words); END;
CREATE TRIGGER texts_out AFTER DELETE ON texts BEGIN INSERT INTO trigrams (trigrams, rowid, words) VALUES ('delete', old.id, old.words); END;
UPDATE items SET words = casefold(id || iif(customer = '', '', ' ' || customer) || iif(name = '', '', ' ' || name));
INSERT INTO texts (item, words) SELECT id, words FROM items WHERE open;
