"""What the dashboard may ask of the rules, reading only: a changed cap, verdicts of a past day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from lode.errors import LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work, is_id
from lode.rights import Right

EARLIEST = date(2000, 1, 1)


def _check_cap(given: Parameters) -> None:
    from lode.risk_caps import cap_of, check_period

    if set(given) != {"channel", "max_contacts", "window_hours", "days"}:
        raise LodeError("A cap needs a channel, contacts, a window in hours and a period in days.")
    cap_of(given["channel"], given["max_contacts"], given["window_hours"])
    check_period(given["days"])


def _simulate(work: Work) -> Outcome:
    from lode.look_backs import keep_contacts
    from lode.risk_caps import cap_of, simulate

    given = work.parameters
    cap = cap_of(given["channel"], given["max_contacts"], given["window_hours"])
    keep = partial(keep_contacts, work.settings, work.number)
    found = simulate(work.settings, cap, given["days"], work.teller.phase, keep)
    return Outcome(
        f"{cap.in_words().capitalize()}: {found.broken_count:,} of"
        f" {found.contact_count:,} contacts were over it, {found.blocked_count:,} would not have"
        " been made.",
        found.as_facts(),
    )


def _check_person(given: Parameters) -> None:
    if set(given) != {"person", "day"}:
        raise LodeError("Verdicts of a past day need a person and a day.")
    if not is_id(given["person"]):
        raise LodeError("That is not the id of a person.")
    _end_of(given["day"])


def _end_of(day: object) -> datetime:
    """Return the last moment of a day (UTC)."""
    try:
        found = date.fromisoformat(str(day))
    except ValueError:
        raise LodeError("A day is written like 2026-01-31.") from None
    if not EARLIEST <= found < date(9999, 1, 1):
        raise LodeError(f"Verdicts are known from {EARLIEST} on.")
    return datetime.combine(found, time()) + timedelta(days=1) - timedelta(microseconds=1)


def _explain(work: Work) -> Outcome:
    from lode.comply import explain_person, utc_moment
    from lode.comply_facts import verdict_facts
    from lode.list_definitions import CHANNELS

    person, day = work.parameters["person"], work.parameters["day"]
    # A day has no time of day: only the one that is not over is asked about by the clock.
    now, at = utc_moment(None, ""), _end_of(day)
    is_now = now.date() == at.date()
    at = now if is_now else at
    verdicts = explain_person(work.settings, person, at, CHANNELS, with_hours=is_now)
    allowed = sum(one.is_allowed for one in verdicts)
    since = max((one.identity_at for one in verdicts), default=at)
    older = f" Who is who is kept since {since:%Y-%m-%d %H:%M} UTC: as of then."
    return Outcome(
        f"{'Now' if is_now else f'At the end of {day} (UTC)'} {allowed} of {len(verdicts)} uses of"
        f" the contact points of person {person} {'are' if is_now else 'were'} allowed."
        f"{older if since > at else ''}",
        {
            "person": person,
            "day": day,
            "at": at.isoformat(),
            "with_hours": is_now,
            "verdicts": verdict_facts(verdicts),
        },
    )


JOB_KINDS = (
    JobKind("risk_cap", Right.SEE_RISK, _check_cap, _simulate),
    JobKind("person_explain", Right.SEE_PEOPLE, _check_person, _explain),
)
