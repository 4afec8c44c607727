"""The commands by which people decide who is who: `lode dedup review`, `unmerge` and others."""

from __future__ import annotations

from typing import Annotated

import typer

from dedup.decisions import Signature
from lode.errors import LodeError

Person = Annotated[int, typer.Argument(min=1, help="A person id, living or retired.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept for ever.")]
By = Annotated[str | None, typer.Option("--by", help="Who decides it; default: you.")]
HONOURED = "the next `lode dedup run` honours it, `lode run` brings it into the marts."


def register(dedup: typer.Typer) -> None:
    """Add the commands to `lode dedup`."""
    review = typer.Typer(no_args_is_help=True, help="Pairs that a person should look at.")
    review.command("next")(next_command)
    review.command("decide")(decide_command)
    dedup.add_typer(review, name="review")
    dedup.command("link")(link_command)
    dedup.command("apart")(apart_command)
    dedup.command("golden")(golden_command)
    dedup.command("unmerge")(unmerge_command)
    dedup.command("revoke")(revoke_command)
    dedup.command("decisions")(decisions_command)
    dedup.command("events")(events_command)


def next_command(
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="How many pairs.")] = 1,
) -> None:
    """Show the likeliest pair that nobody has decided about: both persons and the waterfall."""
    from dedup.portrait import print_side_by_side, print_waterfall
    from dedup.review import next_pairs
    from lode.settings import load_settings

    queue = next_pairs(load_settings(), count)
    typer.echo(f"{queue.waiting:,} pairs wait for a decision.")
    for pair in queue.pairs:
        typer.echo("")
        print_side_by_side(queue.persons, pair.first, pair.second)
        typer.echo("")
        print_waterfall(pair.waterfall, pair.match_weight)
        typer.echo(f"score {pair.match_score:.0f} of 100 by the rules ({pair.match_reason})")


def decide_command(
    first: Person,
    second: Person,
    reason: Reason,
    is_same: Annotated[
        bool | None, typer.Option("--same/--different", help="One person, or two.")
    ] = None,
    by: By = None,
) -> None:
    """Decide about a pair: --same or --different."""
    if is_same is None:
        raise LodeError("Say whether they are one person (--same) or two (--different).")
    (link_command if is_same else apart_command)(first, second, reason, by)


def link_command(first: Person, second: Person, reason: Reason, by: By = None) -> None:
    """Decide that two persons are one, whatever the model says.

    Example: lode dedup link 10000000001 20000000007 --reason "called both numbers"
    """
    from dedup.constraints import LINK
    from dedup.decisions import decide_pair
    from lode.settings import load_settings

    number = decide_pair(load_settings(), first, second, LINK, _signature(by, reason))
    typer.echo(f"Decision {number}: {first} and {second} are one person; {HONOURED}")


def apart_command(first: Person, second: Person, reason: Reason, by: By = None) -> None:
    """Decide that two persons are two, whatever holds them together."""
    from dedup.constraints import APART
    from dedup.decisions import decide_pair
    from lode.settings import load_settings

    number = decide_pair(load_settings(), first, second, APART, _signature(by, reason))
    typer.echo(f"Decision {number}: {first} and {second} are two persons; {HONOURED}")


def golden_command(person: Person, reason: Reason, by: By = None) -> None:
    """Decide that this person stands for its group."""
    from dedup.decisions import choose_as_golden
    from lode.settings import load_settings

    number = choose_as_golden(load_settings(), person, _signature(by, reason))
    typer.echo(f"Decision {number}: {person} stands for its group; {HONOURED}")


def unmerge_command(
    person: Person,
    reason: Reason,
    other: Annotated[
        int | None,
        typer.Option("--from", min=1, help="Another member; default: the golden person."),
    ] = None,
    by: By = None,
) -> None:
    """Take a person out of its group; what hangs on it more than on the others goes with it.

    Example: lode dedup unmerge 20000000007 --reason "father and son"
    """
    from dedup.decisions import unmerge
    from lode.settings import load_settings

    done = unmerge(load_settings(), person, other, _signature(by, reason))
    ended = f" It ends decision {', '.join(map(str, done.ended))}." if done.ended else ""
    typer.echo(
        f"Decision {done.number}: {done.person} and {done.other} are two persons; {HONOURED}{ended}"
    )


def revoke_command(
    number: Annotated[int, typer.Argument(min=1, help="Number of the decision.")],
    reason: Reason,
    by: By = None,
) -> None:
    """End a decision: the model speaks again."""
    from dedup.decisions import revoke
    from lode.settings import load_settings

    revoke(load_settings(), number, _signature(by, reason))
    typer.echo(f"Decision {number} ends; {HONOURED}")


def decisions_command() -> None:
    """List the decisions that stand, and what contradicts what."""
    from dedup.constraints import constraints_of
    from dedup.decisions import all_standing
    from lode.settings import load_settings
    from lode.tables import print_table

    standing = all_standing(load_settings())
    rows = [("number", "decision", "persons", "by", "when (UTC)", "why")]
    for one in standing:
        persons = " ".join(str(side) for side in (one.first, one.second) if side)
        waits = "waits for records taken out" if one.is_waiting else persons
        when = one.decided_at[:19]
        rows.append((str(one.number), one.kind, waits, one.decided_by, when, one.reason))
    if standing:
        print_table(rows, right=(0,))
    else:
        typer.echo("No decision stands.")
    for sentence in constraints_of(standing).conflicts:
        typer.echo(sentence)


def events_command(
    job: Annotated[
        str | None, typer.Option("--job", help="Of this job; default: the last.")
    ] = None,
) -> None:
    """List merges and splits as JSON lines: golden persons and their members, before and after."""
    import json

    from dedup.events import read_events
    from lode.settings import load_settings

    for event in read_events(load_settings(), job):
        typer.echo(json.dumps(event))


def _signature(by: str | None, reason: str) -> Signature:
    from lode.lock_holders import current_user

    return Signature(by or current_user(), reason)
