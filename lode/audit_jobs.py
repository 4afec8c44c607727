"""What the dashboard may ask of the audit log: to be verified as a whole, or a part of it."""

from __future__ import annotations

from lode.errors import LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work
from lode.rights import Right


def _check(given: Parameters) -> None:
    from lode.audit_span import span_of

    if given and set(given) != {"from", "to"}:
        raise LodeError("The audit log is verified as a whole, or from and to an entry or a day.")
    begin, end = given.get("from", ""), given.get("to", "")
    if not isinstance(begin, str) or not isinstance(end, str):
        raise LodeError("A part of the audit log begins and ends with an entry or a day.")
    span_of(begin, end)


def _verify(work: Work) -> Outcome:
    """Do what `lode audit verify` does; a fault is what the job came to, not a failure of it."""
    from lode.audit import verify_log, verify_span
    from lode.audit_span import span_of
    from lode.fact_check import check_facts
    from lode.list_audit import check_exports

    work.teller.phase("following the chain")
    span = span_of(work.parameters.get("from", ""), work.parameters.get("to", ""))
    if not span.is_all:
        part = verify_span(work.settings, span, {}, work.teller.progress)
        is_intact = part.verdict.fault is None
        advice = "" if is_intact else " Tell the administrator at once."
        return Outcome(f"{part.sentence()}{advice}", {"is_intact": is_intact})
    found = verify_log(work.settings, {}, work.teller.progress)
    if found.fault is not None:
        sentence = f"{found.fault.sentence()} Tell the administrator at once."
        return Outcome(sentence, {"is_intact": False})
    work.teller.phase("comparing the ledger of exports")
    try:
        count = check_exports(work.settings)
        work.teller.phase("comparing requests, consents, answers, lines and slots")
        facts = check_facts(work.settings)
    except LodeError as fault:
        return Outcome(f"{fault.sentence} Tell the administrator at once.", {"is_intact": False})
    return Outcome(
        f"All {found.head.sequence:,} entries are intact, each follows the one before; the last"
        f" digest is {found.head.entry_hash[:16]}…. {count:,} exports and"
        f" {facts:,} requests, consents, answers, lines and slots are as their entries say.",
        {"is_intact": True},
    )


JOB_KINDS = (JobKind("audit_verify", Right.SEE_AUDIT, _check, _verify),)
