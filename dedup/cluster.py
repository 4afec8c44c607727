"""Clustering: persons that linked pairs hold together, directly or through others, are one."""

from __future__ import annotations

from pathlib import Path

import duckdb
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

SQL = Path(__file__).with_name("sql") / "decisions.sql"


def decide(connection: duckdb.DuckDBPyConnection, link_threshold: float) -> None:
    """Create the table `decisions` (person_id_l, person_id_r, decision link or review).

    Reads the tables `pairs` and `features`; the threshold is a match weight.
    """
    connection.execute(
        "create or replace table decisions as\n" + SQL.read_text(encoding="utf-8"),
        {"link_threshold": link_threshold},
    )


def cluster(connection: duckdb.DuckDBPyConnection, decisions: str = "decisions") -> int:
    """Create the table `clusters` (person_id, golden_person_id) and return the number of clusters.

    Only links count. A cluster's golden id is its smallest person_id. Persons in no link do not
    appear.
    """
    connection.execute(
        f"""
        create or replace table links as
        select person_id_l, person_id_r from {decisions} where decision = 'link';

        create or replace table linked_persons as
        select person_id_l as person_id from links
        union
        select person_id_r from links;
        """
    )
    count = connection.execute("select count(*) from links").fetchall()[0][0]
    if count == 0:
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
    found = connection.execute("select count(distinct golden_person_id) from clusters").fetchall()
    return int(found[0][0])
