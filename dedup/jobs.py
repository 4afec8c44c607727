"""What the dashboard may ask of the deduplication: decisions about who is who, and their end.

A job calls the service of the command line. Begun anew it finds its decision and makes no second.
"""

from __future__ import annotations

from lode.decisions import check_signature
from lode.errors import LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work, is_id
from lode.pins import PinnedValue, check_field, pin, unpin
from lode.rights import Right

KINDS = {"same": "link", "different": "apart", "household": "apart"}
# Two of one household are two persons; the reason says what else they are to each other.
HOUSEHOLD = "one household: "
NEXT_RUN = "The next `lode run` brings it into the marts."
HONOURED = "The next dedup run honours it, the run after it brings it into the marts."


def _check_decision(given: Parameters) -> None:
    if given.get("verdict") not in KINDS:
        raise LodeError("A decision about a pair is same, different or household.")
    ids = (given.get("first"), given.get("second"))
    if not all(map(is_id, ids)) or ids[0] == ids[1]:
        raise LodeError("A decision about a pair needs the ids of two persons.")
    check_signature("somebody", _reason(given))


def _check_end(given: Parameters) -> None:
    if not isinstance(given.get("number"), int):
        raise LodeError("To end a decision takes its number.")
    check_signature("somebody", str(given.get("reason") or ""))


def _check_pin(given: Parameters) -> None:
    if not is_id(given.get("person")):
        raise LodeError("To choose who stands for a group takes the id of a person.")
    check_signature("somebody", str(given.get("reason") or ""))


def _check_split(given: Parameters) -> None:
    for name in ("taken", "left"):
        ids = given.get(name)
        if not isinstance(ids, list) or not ids or not all(map(is_id, ids)):
            raise LodeError("To take a group apart takes the ids of those on either side.")
    check_signature("somebody", str(given.get("reason") or ""))


def _check_value(given: Parameters) -> None:
    if not is_id(given.get("record")) or given.get("position") not in range(9):
        raise LodeError("To pin a value takes the id of a record, and which of its values.")
    _check_unpin(given)


def _check_unpin(given: Parameters) -> None:
    ids = given.get("persons")
    if not isinstance(ids, list) or len(ids) != 2 or not all(map(is_id, ids)):
        raise LodeError("A pin is made and ended for the ids of two persons.")
    check_field(given.get("field"))
    check_signature("somebody", str(given.get("reason") or ""))


def _reason(given: Parameters) -> str:
    text = str(given.get("reason") or "")
    return HOUSEHOLD + text if given["verdict"] == "household" and text.strip() else text


def _decide(work: Work) -> Outcome:
    from dedup.decisions import Signature, all_standing, decide_pair

    given = work.parameters
    kind = KINDS[given["verdict"]]
    pair = tuple(sorted((given["first"], given["second"])))
    for one in all_standing(work.settings):
        if one.kind == kind and not one.is_waiting and one.pair == pair:
            return Outcome(f"Decision {one.number} says so. {HONOURED}", {"decision": one.number})
    signature = Signature(work.by, _reason(given))
    number = decide_pair(work.settings, given["first"], given["second"], kind, signature)
    return Outcome(f"Decision {number} is written down. {HONOURED}", {"decision": number})


def _pin(work: Work) -> Outcome:
    from dedup.decisions import Signature, choose_as_golden, golden_choice

    person, reason = work.parameters["person"], work.parameters["reason"]
    number = golden_choice(work.settings, person)
    if number is not None:
        return Outcome(f"Decision {number} says so. {HONOURED}", {"decision": number})
    number = choose_as_golden(work.settings, person, Signature(work.by, reason))
    return Outcome(f"Decision {number} is written down. {HONOURED}", {"decision": number})


def _split(work: Work) -> Outcome:
    from dedup.decisions import Signature
    from dedup.partition import take_apart

    given = work.parameters
    done = take_apart(
        work.settings, given["taken"], given["left"], Signature(work.by, given["reason"])
    )
    if not done.pairs:
        return Outcome(f"Decision {done.number} says so. {HONOURED}", {"decision": done.number})
    ended = f" It ends decision {', '.join(map(str, done.ended))}." if done.ended else ""
    return Outcome(
        f"Decision {done.number} is written down for {done.pairs}"
        f" {'pair' if done.pairs == 1 else 'pairs'}.{ended} {HONOURED}",
        {"decision": done.number},
    )


def _end(work: Work) -> Outcome:
    from dedup.decisions import NoDecisionError, Signature, revoke

    number = work.parameters["number"]
    try:
        revoke(work.settings, number, Signature(work.by, work.parameters["reason"]))
    except NoDecisionError:
        return Outcome(f"Decision {number} does not stand (any more).")
    return Outcome(f"Decision {number} ends. {HONOURED}")


def _pin_value(work: Work) -> Outcome:
    given = work.parameters
    wanted = PinnedValue(given["field"], given["record"], given["position"])
    number, is_new = pin(
        work.settings, wanted, given["persons"], by=work.by, reason=given["reason"]
    )
    said = "is written down" if is_new else "says so"
    return Outcome(f"Decision {number} {said}. {NEXT_RUN}", {"decision": number})


def _unpin_value(work: Work) -> Outcome:
    given = work.parameters
    ended = unpin(
        work.settings, given["persons"], given["field"], by=work.by, reason=given["reason"]
    )
    if not ended:
        return Outcome("No value is pinned there (any more).")
    return Outcome(f"Decision {', '.join(map(str, ended))} ends. {NEXT_RUN}")


JOB_KINDS = (
    JobKind("decide_pair", Right.REVIEW, _check_decision, _decide),
    JobKind("choose_golden", Right.REVIEW, _check_pin, _pin),
    JobKind("pin_value", Right.REVIEW, _check_value, _pin_value),
    JobKind("unpin_value", Right.REVIEW, _check_unpin, _unpin_value),
    JobKind("split_group", Right.REVIEW, _check_split, _split),
    JobKind("end_decision", Right.REVIEW, _check_end, _end),
)
