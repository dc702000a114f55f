-- What people did, by when: what a shift leaves behind for the next.

CREATE INDEX events_hand ON events (time) WHERE actor IS NOT NULL;
