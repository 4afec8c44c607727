"""Clustering: persons that linked pairs hold together, directly or through others, are one.

Unless people said otherwise: a group with two persons who are to stay apart is split.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

from dedup.constraints import NO_CONSTRAINTS, Constraints, register_constraints
from dedup.split import split

SQL = Path(__file__).with_name("sql") / "decisions.sql"


def decide(
    connection: duckdb.DuckDBPyConnection,
    link_threshold: float,
    constraints: Constraints = NO_CONSTRAINTS,
    has_households: bool = True,
) -> None:
    """Create the table `decisions` (person_id_l, person_id_r, decision link or review).

    Reads the tables `pairs` and `features`; the threshold is a match weight. Without households
    somebody without a first name may be linked with several.
    """
    register_constraints(connection, constraints)
    connection.execute(
        "create or replace table decisions as\n" + SQL.read_text(encoding="utf-8"),
        {"link_threshold": link_threshold, "has_households": has_households},
    )


def cluster(
    connection: duckdb.DuckDBPyConnection, constraints: Constraints = NO_CONSTRAINTS
) -> int:
    """Create the table `clusters` (person_id, golden_person_id) and return the number of clusters.

    Only links count. A cluster's golden id is its smallest person_id. Persons in no link do not
    appear. A link that would bring persons together who are to stay apart becomes a review.
    """
    if _collect_links(connection) == 0:
        connection.execute(
            "create or replace table clusters (person_id ubigint, golden_person_id ubigint)"
        )
        return 0
    api = DuckDBAPI(connection)
    components = cluster_pairwise_predictions_at_threshold(
        nodes=api.register("linked_persons", dataset_display_name="linked_persons"),
        edges=api.register("links", dataset_display_name="links"),
        db_api=api,
        node_id_column_name="person_id",
        edge_id_column_name_left="person_id_l",
        edge_id_column_name_right="person_id_r",
    )
    connection.execute(
        f"""
        create or replace table clusters as
        select
            person_id,
            min(person_id) over (partition by cluster_id) as golden_person_id,
        from {components.physical_name}
        """
    )
    if constraints.apart:
        _keep_apart(connection, constraints)
    found = connection.execute("select count(distinct golden_person_id) from clusters").fetchall()
    return int(found[0][0])


def _collect_links(connection: duckdb.DuckDBPyConnection) -> int:
    """Create the tables `links` and `linked_persons`; return the number of links."""
    connection.execute(
        """
        create or replace table links as
        select decisions.person_id_l, decisions.person_id_r, pairs.match_weight
        from decisions
        inner join pairs
            on
                decisions.person_id_l = pairs.person_id_l
                and decisions.person_id_r = pairs.person_id_r
        where decisions.decision = 'link';

        create or replace table linked_persons as
        select person_id_l as person_id from links
        union
        select person_id_r from links;
        """
    )
    return int(connection.execute("select count(*) from links").fetchall()[0][0])


def _keep_apart(connection: duckdb.DuckDBPyConnection, constraints: Constraints) -> None:
    """Split the clusters that hold two persons who are to stay apart."""
    links = connection.execute(
        """
        with torn as (
            select distinct l.golden_person_id
            from apart_pairs
            inner join clusters as l on apart_pairs.person_id_l = l.person_id
            inner join clusters as r on apart_pairs.person_id_r = r.person_id
            where l.golden_person_id = r.golden_person_id
        )
        select links.*
        from links
        inner join clusters on links.person_id_l = clusters.person_id
        inner join torn on clusters.golden_person_id = torn.golden_person_id
        """
    ).fetchall()
    if not links:
        return
    persons = {person for link in links for person in link[:2]}
    must = [pair for pair in constraints.must if pair[0] in persons and pair[1] in persons]
    parts = split(links, must, constraints.apart)
    kept = {person: root for person, root in parts.items() if person in persons}
    table = pa.table(
        {
            "person_id": pa.array(list(kept), pa.uint64()),
            "golden_person_id": pa.array(list(kept.values()), pa.uint64()),
        }
    )
    connection.register("parts", table)
    connection.execute(
        """
        delete from clusters where person_id in (select person_id from parts);
        insert into clusters
        select person_id, golden_person_id from parts
        qualify count(*) over (partition by golden_person_id) > 1;

        update decisions
        set decision = 'review'
        from parts as l, parts as r
        where
            decisions.decision = 'link'
            and decisions.person_id_l = l.person_id
            and decisions.person_id_r = r.person_id
            and l.golden_person_id <> r.golden_person_id;
        """
    )
    connection.unregister("parts")
