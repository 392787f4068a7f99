-- The words of the records are kept in a file of their own, words.duckdb.
DROP TABLE meta.value;
DROP TABLE meta.term;
DROP TABLE meta.indexed;
