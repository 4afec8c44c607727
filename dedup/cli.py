"""The commands `lode dedup run|train|blocking|evaluate|map`, and the door to the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dedup.backend import Backend
from dedup.result import DedupResult

PEOPLE = "people"
ProfileOption = Annotated[str, typer.Option("--profile", help="people or registry.")]


def register(app: typer.Typer) -> None:
    """Add `lode dedup …` to the command line."""
    from dedup import look_cli, steward_cli

    dedup = typer.Typer(no_args_is_help=True, help="Golden records: which persons are one.")
    app.add_typer(dedup, name="dedup")
    dedup.command("run")(run_command)
    dedup.command("train")(train_command)
    dedup.command("blocking")(blocking_command)
    dedup.command("evaluate")(evaluate_command)
    dedup.command("map")(map_command)
    steward_cli.register(dedup)
    look_cli.register(dedup)


def run_command(
    link: Annotated[
        float | None,
        typer.Option(help="Match weight (log2 odds) from which a pair is linked; default 2."),
    ] = None,
    review: Annotated[
        float | None,
        typer.Option(help="Match weight from which a pair is kept for review; default -3."),
    ] = None,
    retrain: Annotated[bool, typer.Option("--retrain", help="Train a new model first.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run even if nothing changed.")] = False,
    accept: Annotated[
        str | None, typer.Option(help="Publish although a gate says no; the reason is kept.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Compare all persons, not only new and changed ones.")
    ] = False,
    backend: Annotated[
        Backend, typer.Option(help="Where a run that compares all persons finds its pairs.")
    ] = Backend.DUCKDB,
    profile: Annotated[
        str | None, typer.Option(help="people or registry; default: that of the run in force.")
    ] = None,
) -> None:
    """Compare all persons and publish pairs and clusters under a new job id."""
    from dedup.pipeline import run
    from dedup.profiles import rules_for
    from lode.settings import load_settings

    result = run(
        load_settings(),
        link=link,
        review=review,
        is_retrained=retrain,
        is_forced=force,
        accepted=accept,
        is_full=full,
        backend=backend,
        rules=rules_for(profile) if profile else None,
    )
    _print_result(result)


def _print_result(result: DedupResult) -> None:
    for note in result.notes:
        typer.echo(note)
    if result.is_unchanged:
        typer.echo(
            f"Nothing changed since {result.job_id} (same persons, model, rules and decisions):"
            " it stays in force."
        )
        return
    typer.echo(
        f"{result.job_id}: {result.compared:,} of {result.persons:,} persons compared with all by"
        f" model {result.model_version};"
        f" {result.links:,} pairs linked, {result.reviews:,} left to review,"
        f" {result.clusters:,} clusters, {result.events:,} groups merged or split."
    )


def train_command(profile: ProfileOption = PEOPLE) -> None:
    """Train a model on the records in staging and save it; later runs of the profile use it."""
    from dedup.profiles import rules_for
    from dedup.training_run import train_and_save
    from lode.settings import load_settings

    result = train_and_save(load_settings(), rules_for(profile))
    typer.echo(
        f"Model {result.model.version}, trained on {result.model.trained_on}, is saved as"
        f" {result.path}."
    )
    for level in result.unseen:
        typer.echo(f"Never seen in these records, so the shipped model's value is kept: {level}.")


def blocking_command(profile: ProfileOption = PEOPLE) -> None:
    """Count the pairs that every blocking rule would compare, exactly, without comparing them."""
    from dedup.blocking import count_blocking
    from dedup.database import working_database
    from dedup.features import build_features, read_nicknames
    from dedup.profiles import rules_for
    from dedup.source import read_persons
    from lode.settings import load_settings

    settings = load_settings()
    rules = rules_for(profile)
    with working_database(settings) as database:
        build_features(database, read_persons(settings), read_nicknames(settings.root), rules)
        counts = count_blocking(database, rules)
    typer.echo(f"{'pairs':>14}  {'largest block':>13}  rule")
    for count in counts:
        typer.echo(f"{count.pair_count:>14,}  {count.largest_block:>13,}  {count.name}")
    total = sum(count.pair_count for count in counts)
    typer.echo(f"{total:>14,}  {'':>13}  all rules, before pairs found twice are dropped")
    typer.echo(f"{rules.pair_budget:>14,}  {'':>13}  budget of a run")


def evaluate_command(
    truth: Annotated[Path, typer.Option(help="CSV with filename, row_number, person_key.")],
) -> None:
    """Compare persons and golden persons with the truth."""
    from dedup.evaluate import evaluate
    from lode.settings import load_settings

    found = evaluate(load_settings(), truth)
    typer.echo(f"{found.record_count:,} records judged.")
    if found.unmatched_truth:
        typer.echo(f"{found.unmatched_truth:,} rows of the truth name no record of the warehouse.")
    typer.echo(
        f"{'':18}{'pair P':>8}{'pair R':>8}{'pair F1':>8}{'B3 P':>8}{'B3 R':>8}{'B3 F1':>8}"
        f"{'over-merge':>12}{'largest':>9}{'clusters':>11}"
    )
    for quality in (found.upsert, found.golden):
        typer.echo(
            f"{quality.name:18}{quality.pair_precision:>8.4f}{quality.pair_recall:>8.4f}"
            f"{quality.pair_f1:>8.4f}{quality.b_cubed_precision:>8.4f}"
            f"{quality.b_cubed_recall:>8.4f}{quality.b_cubed_f1:>8.4f}"
            f"{quality.over_merge:>12.2%}{quality.largest_cluster:>9,}{quality.cluster_count:>11,}"
        )
    typer.echo("Pair recall by kind of error (true pairs in brackets):")
    for kind, (recall, count) in found.recall_by_kind.items():
        typer.echo(f"  {kind:24} {recall:.3f}  ({count:,})")


def map_command(
    output: Annotated[Path, typer.Argument(help="CSV file to write.", metavar="OUT.csv")],
) -> None:
    """Write import, row, person and golden person of every record."""
    from dedup.record_map import write_map
    from lode.settings import load_settings

    count = write_map(load_settings(), output)
    typer.echo(f"{count:,} records written to {output}.")
