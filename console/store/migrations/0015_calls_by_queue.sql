-- Open inbound calls by queue, whatever their state: of the ten indexes this one was written at every step of
-- every call, for a screen that counts a few hundred rows now and then.

DROP INDEX items_calls;
CREATE INDEX items_calls ON items (kind, queue, opened) WHERE open AND direction = 'in';
