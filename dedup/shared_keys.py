"""U of the levels that a random sample of pairs is too small for: shared keys, counted exactly.

Two strangers share a mailbox once in a million pairs, so a sample of a million never shows it and
Splink would silently keep a default that is a thousand times too high.
"""

from __future__ import annotations

import duckdb

Counted = dict[tuple[str, str], float]


def count_shared_keys(
    connection: duckdb.DuckDBPyConnection, initial_factor: float, table: str = "features"
) -> Counted:
    """Chance of every counted level among strangers, by (comparison, level).

    Pairs that share a key count when their first names start with different letters; that leaves
    the true duplicates out, and `initial_factor` makes up for the strangers with the same letter.
    """
    counter = _Counter(connection, initial_factor, table)
    mail, mails = counter.single("email"), counter.listed("emails")
    phone, phones = counter.single("phone"), counter.listed("phones")
    zips = counter.single("zip")
    cities = counter.single("city")
    addresses = counter.single("street_key || '|' || zip")
    return {
        ("email", "same primary"): counter.chance(mail, "email"),
        ("email", "one in common"): counter.chance(mails - mail, "email"),
        ("phone", "same primary"): counter.chance(phone, "phone"),
        ("phone", "one in common"): counter.chance(phones - phone, "phone"),
        ("address", "same address"): counter.chance(addresses, "zip"),
        ("address", "same ZIP, a street missing"): counter.chance(zips, "zip"),
        ("address", "same ZIP, other street"): counter.chance(zips, "zip"),
        ("address", "same city, a street missing"): counter.chance(cities, "city"),
        ("address", "same city"): counter.chance(cities, "city"),
    }


class _Counter:
    """Counts pairs of strangers over one feature table."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, initial_factor: float, table: str
    ) -> None:
        self.connection = connection
        self.initial_factor = initial_factor
        self.table = table

    def single(self, key: str) -> float:
        """Pairs of strangers with the same value of an expression."""
        return self._strangers(f"select first_initial, {key} as key from {self.table}")

    def listed(self, column: str) -> float:
        """Pairs of strangers with a value of a list column in common."""
        return self._strangers(f"select first_initial, unnest({column}) as key from {self.table}")

    def chance(self, pairs: float, column: str) -> float:
        """Those pairs as a share of all pairs that have the column; half a pair at least."""
        known = f"select count({column}) from {self.table} where first_initial is not null"
        count = float(self.connection.execute(known).fetchall()[0][0])
        return max(pairs, 0.5) / max(1.0, count * (count - 1.0) / 2.0)

    def _strangers(self, source: str) -> float:
        query = f"""
            with shared as (
                select key, first_initial, count(*) as holders
                from ({source}) as keyed
                where key is not null and first_initial is not null
                group by key, first_initial
            ),
            by_key as (
                select
                    sum(holders) * (sum(holders) - 1) / 2 as pairs,
                    sum(holders * (holders - 1) / 2) as same_initial,
                from shared
                group by key
            )
            select coalesce(sum(pairs - same_initial), 0) from by_key
        """
        return float(self.connection.execute(query).fetchall()[0][0]) * self.initial_factor
