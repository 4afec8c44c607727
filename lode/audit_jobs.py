"""What the dashboard may ask of the audit log: to be verified from its first entry on."""

from __future__ import annotations

from lode.errors import LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work
from lode.rights import Right


def _check(given: Parameters) -> None:
    if given:
        raise LodeError("The audit log is verified as a whole: that takes no parameters.")


def _verify(work: Work) -> Outcome:
    """Do what `lode audit verify` does; a fault is what the job came to, not a failure of it."""
    from lode.audit import verify_log
    from lode.fact_check import check_facts
    from lode.list_audit import check_exports

    work.teller.phase("following the chain")
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
