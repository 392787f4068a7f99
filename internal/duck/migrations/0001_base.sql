CREATE SCHEMA crm;
CREATE SCHEMA trash;

-- One row for each object that is in use, in the order shown.
CREATE TABLE meta.object (
    name     VARCHAR,
    position INTEGER,
    label    VARCHAR,
    plural   VARCHAR,
    synonyms VARCHAR[],
    icon     VARCHAR
);

-- One row for each field of such an object, in the order shown.
CREATE TABLE meta.field (
    object   VARCHAR,
    name     VARCHAR,
    position INTEGER,
    label    VARCHAR,
    synonyms VARCHAR[],
    type     VARCHAR,
    role     VARCHAR,
    required BOOLEAN,
    key      BOOLEAN,
    scale    INTEGER,
    currency VARCHAR,
    options  JSON,
    moves    JSON,
    target   VARCHAR,
    expr     VARCHAR,
    result   VARCHAR
);

-- Last number given out: "schema" for the schema's version, "record:<object>" for record ids. Never goes back.
CREATE TABLE meta.counter (
    name  VARCHAR,
    value BIGINT
);

-- One row for each record and write, and for each change of the schema. Ids and batches are numbers of one sequence.
-- before and after hold the changed fields only; a created record stores no copy.
CREATE TABLE meta.history (
    id      BIGINT,
    written_at TIMESTAMP,
    who     VARCHAR,
    via     VARCHAR,
    kind    VARCHAR,
    object  VARCHAR,
    record  BIGINT,
    before  JSON,
    after   JSON,
    batch   BIGINT,
    cause   JSON,
    undoes  BIGINT,
    undone  BIGINT
);

-- What schema changes put away: each row is a table in schema trash with columns (id, value), or a whole object.
CREATE TABLE meta.bin (
    place      VARCHAR,   -- the table's name in schema trash
    kind       VARCHAR,   -- "object", "records" (an object's own trash), "field" (removed), "values" (of a type changed)
    object     VARCHAR,
    field      VARCHAR,
    change     BIGINT,    -- the history row that put it there
    definition JSON
);
