-- Open inbound calls by queue and state: how many customers wait, and for how long.
CREATE INDEX items_calls ON items (kind, queue, state, opened) WHERE open AND direction = 'in';
-- What a service level is made of, apart from the far more numerous verdicts of norms.
CREATE INDEX buckets_levels ON buckets (bucket, queue, measure, n) WHERE instr(measure, ':') = 0;
