"""The commands that look and change nothing: `lode dedup explain`, `find` and `threshold-diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dedup.explain import Explanation

Person = Annotated[int, typer.Argument(min=1, help="A person id, living or retired.")]
MOST_SHOWN = 20


def register(dedup: typer.Typer) -> None:
    """Add the commands to `lode dedup`."""
    dedup.command("explain")(explain_command)
    dedup.command("find")(find_command)
    dedup.command("threshold-diff")(threshold_diff_command)
    dedup.command("hubs")(hubs_command)


def explain_command(
    first: Person,
    second: Person,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write Splink's own chart to this file.")
    ] = None,
) -> None:
    """Say why two persons are one, or why they are not.

    Example: lode dedup explain 10000000001 20000000007 --html pair.html
    """
    from dedup.explain import explain
    from dedup.portrait import print_waterfall
    from lode.settings import load_settings

    found = explain(load_settings(), first, second, html)
    typer.echo(_verdict(found))
    for sentence in found.decided:
        typer.echo(sentence)
    print_waterfall(found.waterfall, found.match_weight)
    if found.match_score is not None:
        typer.echo(f"score {found.match_score:.0f} of 100 by the rules ({found.match_reason})")
    if found.path:
        typer.echo("They are one through others; the strongest way:")
        for step in found.path:
            typer.echo(
                f"  {step.first} – {step.second}  {step.match_weight:+.2f}  {step.match_reason}"
            )
    if html is not None:
        typer.echo(f"Splink's chart, without the household step, is in {html}.")


def _verdict(found: Explanation) -> str:
    link, review = found.thresholds
    pair = f"Persons {found.first} and {found.second}"
    if found.is_one:
        head = f"{pair} are one: golden person {found.golden_first}."
    else:
        head = f"{pair} are two: golden persons {found.golden_first} and {found.golden_second}."
    if found.decision == "link":
        return f"{head} The pair is linked."
    if found.decision == "review":
        at = "at" if found.match_weight >= link else "below"
        held = "; a guard or a decision held it back" if at == "at" else ""
        return f"{head} The pair is left to review: {at} the threshold {link:g} of a link{held}."
    now = f"Computed now by model {found.model}:"
    if found.rules:
        rules = ", ".join(found.rules)
        return f"{head} Compared (by: {rules}) and dropped: below {review:g}. {now}"
    return f"{head} Never compared: no blocking rule holds for the two. {now}"


def find_command(
    name: Annotated[str | None, typer.Option(help='"First Last" or "Last, First".')] = None,
    email: Annotated[str | None, typer.Option(help="A mailbox.")] = None,
    phone: Annotated[str | None, typer.Option(help="A telephone number.")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip", help="A ZIP code.")] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="How many at most.")] = 5,
) -> None:
    """Do we know this person? Who it may be, likeliest first, as of the last dedup run.

    Example: lode dedup find --name "Ann Lee" --email ann@example.com
    """
    from dedup.find import Question, find
    from dedup.portrait import NAMES, portraits
    from lode.db import connect
    from lode.settings import load_settings
    from lode.tables import print_table

    settings = load_settings()
    hits = find(settings, Question(name, email, phone, zip_code), count)
    if not hits:
        typer.echo("Nobody: no person shares a mailbox, a number or the name.")
        return
    with connect("loader", settings, schema="canonical") as connection:
        seen = portraits(connection, [hit.person_id for hit in hits])
    rows = [("golden person", "person", "weight", "chance", "name", "email", "phone")]
    for hit in hits:
        one = seen.get(hit.person_id, {})
        full = " ".join(filter(None, (one.get(part, "") for part in NAMES[:4])))
        rows.append(
            (str(hit.golden_person_id), str(hit.person_id), f"{hit.match_weight:+.1f}",
             f"{hit.match_probability:.1%}", full, one.get("email", ""), one.get("phone", ""))
        )  # fmt: skip
    print_table(rows, right=(2, 3))


def threshold_diff_command(
    first: Annotated[float, typer.Argument(help="A link threshold (match weight).")],
    second: Annotated[float, typer.Argument(help="Another one.")],
) -> None:
    """Show which groups another link threshold would merge or split; nothing is changed.

    Example: lode dedup threshold-diff 2 6
    """
    from dedup.threshold_diff import threshold_diff
    from lode.settings import load_settings

    found = threshold_diff(load_settings(), first, second)
    for at, threshold in enumerate((first, second)):
        typer.echo(
            f"at {threshold:g}: {found.links[at]:,} pairs linked, {found.clusters[at]:,} groups"
        )
    kinds = sorted({one.kind for one in found.differences})
    counts = {kind: sum(one.kind == kind for one in found.differences) for kind in kinds}
    told = ", ".join(f"{kind} {count:,}" for kind, count in counts.items()) or "none"
    typer.echo(f"groups that differ: {told}")
    for one in found.differences[:MOST_SHOWN]:
        before, after = (" | ".join(" ".join(map(str, part)) for part in parts)
                         for parts in (one.before, one.after))  # fmt: skip
        typer.echo(f"  {one.kind}: {before}  →  {after}")
    if len(found.differences) > MOST_SHOWN:
        typer.echo(f"  and {len(found.differences) - MOST_SHOWN:,} more")


def hubs_command(
    count: Annotated[int, typer.Option("--count", min=1, help="How many at most.")] = 50,
) -> None:
    """List values that a crowd shares: placeholders, switchboards. They tell nobody apart."""
    from dedup.hubs import find_hubs
    from lode.settings import load_settings
    from lode.tables import print_table

    hubs = find_hubs(load_settings())
    rows = [("kind", "value", "persons", "last names")]
    rows += [(hub.kind, hub.value, f"{hub.persons:,}", f"{hub.last_names:,}") for hub in hubs]
    typer.echo(f"{len(hubs):,} values carry no weight in the deduplication.")
    if hubs:
        print_table(rows[: count + 1], right=(2, 3))
