-- Ways in that last: signed-in browsers and API tokens. Only a hash of the secret is kept.
CREATE TABLE meta.session (
    id         VARCHAR,
    kind       VARCHAR,
    person     VARCHAR,
    role       VARCHAR,
    label      VARCHAR,
    hash       BLOB,
    created_at TIMESTAMP,
    seen_at    TIMESTAMP,
    expires_at TIMESTAMP
);

-- Questions that people keep.
CREATE TABLE meta.saved (
    name     VARCHAR,
    question VARCHAR,
    sql      VARCHAR,
    params   JSON,
    pinned   BOOLEAN,
    verified VARCHAR,
    kept_by  VARCHAR
);

-- The short values in the data, for reading questions: derived, rebuilt when the program is idle. Each value stands
-- once whole and, for names, once for each of its words. squash, head and tail are hashes of its letters and digits,
-- of the first and of the last few of them (with all digits), so that a scan of small integers finds candidates.
CREATE TABLE meta.value (
    squash UINTEGER,
    head   UINTEGER,
    tail   UINTEGER,
    object VARCHAR,
    field  VARCHAR,
    word   BOOLEAN,
    value  VARCHAR
);

-- The words in the records, for search: derived like meta.value, sorted by token.
CREATE TABLE meta.term (
    token  VARCHAR,
    object VARCHAR,
    field  VARCHAR,
    record BIGINT
);

-- How far meta.value and meta.term follow the data: history up to this id is in them. stale counts the values that
-- may stand there and no longer in the data.
CREATE TABLE meta.indexed (
    upto  BIGINT,
    stale BIGINT
);
INSERT INTO meta.indexed VALUES (0, 0);
