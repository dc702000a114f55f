-- Inbound calls that are open, by queue and state: how many customers wait, and for how long.
CREATE INDEX items_calls ON items (queue, state, opened) WHERE open AND kind = 'call' AND direction = 'in';
