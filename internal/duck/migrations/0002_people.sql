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

-- The short values in the data, for reading questions: derived from the records. A value stands under several keys, each
-- the low half of a hash: of its letters and digits ('='), of the first ('<') and of the last ('>') few of them; and so
-- does each of its words. Sorted by key, but for the loose rows, which were added since.
CREATE TABLE meta.value (
    key    UINTEGER,
    object VARCHAR,
    field  VARCHAR,
    word   BOOLEAN,
    value  VARCHAR,
    loose  BOOLEAN
);

-- The words in the records, for search: derived like meta.value, sorted by token but for the loose rows.
CREATE TABLE meta.term (
    token  VARCHAR,
    object VARCHAR,
    field  VARCHAR,
    record BIGINT,
    loose  BOOLEAN
);

-- How far the two follow the data: history up to this id is in them. loose counts the records that were looked at again
-- since all was sorted. filter tells at once that a key does not stand in meta.value.
CREATE TABLE meta.indexed (
    upto   BIGINT,
    loose  BIGINT,
    filter BLOB
);
INSERT INTO meta.indexed VALUES (0, 0, NULL);
