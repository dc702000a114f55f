-- Who signs in at a shared terminal: their role where the settings name none, and a salted hash of their PIN.

CREATE TABLE users (
    name TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    pin TEXT NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER
) WITHOUT ROWID;

-- Wrong PINs, by a digest of the name that was typed: somebody's it is, or nobody's.
CREATE TABLE tries (
    name BLOB NOT NULL PRIMARY KEY,
    wrong INTEGER NOT NULL,
    last INTEGER NOT NULL
) WITHOUT ROWID;
