-- Requests that carried an Idempotency-Key and wrote something, for a day. The row is of the same transaction as what was
-- written; the answer comes after it. key and body are hashes.
CREATE TABLE meta.once (
    key        VARCHAR,
    body       VARCHAR,
    written_at TIMESTAMP,
    batch      BIGINT,
    answer     BLOB
);
