"""The commands `lode optout reply`, `reviews` and `decide`: answers to texts."""

from __future__ import annotations

from typing import Annotated

import typer

from lode.errors import LodeError
from lode.settings import load_settings
from lode.tables import print_table

By = Annotated[str | None, typer.Option("--by", help="Who decides it; default: you.")]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module to the group `lode optout`."""
    group.command("reply")(reply)
    group.command("reviews")(reviews)
    group.command("decide")(decide)


def reply(
    phone: Annotated[str, typer.Option("--phone", help="The number that answered.")],
    text: Annotated[str, typer.Option("--text", help="What it answered.")],
    at: Annotated[str | None, typer.Option("--at", help="When; default: now.")] = None,
    by: By = None,
) -> None:
    """Take in an answer to a text: a request is written down, what is not clear waits.

    Example: lode optout reply --phone 512-555-0134 --text STOP
    """
    from lode.comply import contact_of, utc_moment
    from lode.replies import REQUEST, REVIEW, take_reply

    moment = utc_moment(at, "--at")
    meaning, number = take_reply(load_settings(), contact_of(phone, None), text, moment, by)
    if meaning == REQUEST:
        print(f"A request: number {number} is written down, no calls or texts from now on.")
    elif meaning == REVIEW:
        print(f"Not clear: answer {number} waits for `lode optout decide`, nothing goes there now.")
    else:
        print(f"No request (it means {meaning}): nothing was written down.")


def reviews() -> None:
    """List the answers that nobody has decided about.

    Example: lode optout reviews
    """
    from lode.replies import waiting_replies

    rows = [("answer", "phone", "received", "message")]
    for row in waiting_replies(load_settings()):
        received = row["received_at"].isoformat(sep=" ", timespec="seconds")
        rows.append((str(row["id"]), row["phone_e164"], received, row["message"]))
    if len(rows) == 1:
        print("No answer waits.")
    else:
        print_table(rows, right=(0,))


def decide(
    number: Annotated[int, typer.Argument(metavar="ANSWER", help="Its number.")],
    is_request: Annotated[bool, typer.Option("--request", help="It asks for no contact.")] = False,
    is_none: Annotated[bool, typer.Option("--no-request", help="It does not.")] = False,
    by: By = None,
) -> None:
    """Decide whether an answer is a request.

    Example: lode optout decide 7 --request
    """
    from lode.replies import decide_reply

    if is_request == is_none:
        raise LodeError("Say one of --request and --no-request.")
    decide_reply(load_settings(), number, is_request=is_request, by=by)
    print(f"Answer {number} is decided.")
