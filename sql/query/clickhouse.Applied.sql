-- Schema files applied so far, for `gatehouse version` and the tests.
SELECT version, name, engine FROM schema_migration ORDER BY version
