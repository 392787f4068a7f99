-- Saved views of objects: which columns and rows, in what order. owner is "" where all see it.
CREATE TABLE meta.view (
    object VARCHAR,
    name   VARCHAR,
    fields JSON,
    filter JSON,
    sort   JSON,
    owner  VARCHAR
);
