"""Golden records: which persons are one human being.

The upsert in dbt has joined records whose exact keys agree. This package finds what it left apart:
it reads the persons of the canonical layer, compares them with a probabilistic model (Splink on
DuckDB) and writes pairs and clusters to the raw layer, where dbt takes them up.
"""
