"""The commands `lode run`, `lode summary` and `lode demo`."""

from __future__ import annotations

import typer

from lode.errors import LodeError
from lode.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("run")(run)
    app.command("summary")(summary)
    app.command("demo")(demo)


def run(
    dedup: bool = typer.Option(False, "--dedup", help="Deduplicate too, if people are new."),
    test: bool = typer.Option(False, "--test", help="Run dbt's tests with the models."),
    full_refresh: bool = typer.Option(
        False, "--full-refresh", help="Build everything again from raw."
    ),
    force: bool = typer.Option(False, "--force", help="Build even if nothing is new."),
) -> None:
    """Bring everything that is loaded into the marts.

    Example: lode run --dedup
    """
    from lode.pipeline import run_pipeline

    run_pipeline(
        load_settings(),
        is_dedup=dedup,
        is_tested=test,
        is_full_refresh=full_refresh,
        is_forced=force,
    )


def summary() -> None:
    """Print the warehouse in a few lines: records, persons, golden persons, whom we may contact.

    Example: lode summary
    """
    from lode.report import print_summary
    from lode.warehouse_state import read_summary

    found = read_summary(load_settings())
    if found is None:
        raise LodeError("Nothing has been built yet: load a file with `lode load FILE`.")
    print_summary(found)


def demo(
    people: int = typer.Option(2000, "--people", help="How many made-up people."),
    seed: int = typer.Option(7, "--seed", help="Another seed, another set of people."),
    dashboard: bool = typer.Option(
        True, "--dashboard/--no-dashboard", help="Serve the dashboard at the end."
    ),
) -> None:
    """Show the whole way on made-up people, from raw files to golden people.

    Example: lode demo --people 2000 --no-dashboard
    """
    from lode.demo import run_demo
    from lode.server import PrivateServer
    from lode.warehouse import provision

    settings = load_settings()
    if settings.is_private:
        PrivateServer(settings).start()
        provision(settings)
    run_demo(settings, people=people, seed=seed)
    if dashboard:
        from streamlit_app.launch import serve

        serve(settings, None)
