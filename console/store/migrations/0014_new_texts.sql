-- Texts of items that came of late: most calls are over before an index of their trigrams would pay.

CREATE TABLE new_texts (
    item TEXT NOT NULL PRIMARY KEY,
    words TEXT NOT NULL
) WITHOUT ROWID;
