"""Events of a life in words: kinds, what happened, who said it. Pure; foreign text is escaped."""

from __future__ import annotations

from streamlit_app.queries.timeline import Event
from streamlit_app.ui.format import esc, whole
from streamlit_app.ui.words import channel_word, humanized

# Icon, word, and colour for the chart: at least 3:1 on white and on the dark background.
KIND_WORDS = {
    "import": (":material/upload_file:", "Imports", "#7A8494"),
    "call": (":material/call:", "Calls", "#2A7FC9"),
    "sms": (":material/sms:", "Texts", "#117733"),
    "email": (":material/mail:", "E-mails", "#A5669B"),
    "mail": (":material/markunread_mailbox:", "Letters", "#8A6D3B"),
    "consent": (":material/thumb_up:", "Consents", "#2E8B8B"),
    "opt_out": (":material/do_not_disturb_on:", "Opt-outs", "#D6293E"),
    "dnc": (":material/phone_disabled:", "Do-not-call lists", "#C2571A"),
    "merge": (":material/merge:", "Merges and splits", "#6B5FC7"),
    "decision": (":material/gavel:", "Decisions by hand", "#B0578D"),
    "export": (":material/output:", "Exports", "#4E7D2B"),
    "reveal": (":material/visibility:", "Looks at contact values", "#9A5BD1"),
}
CONTACT_NOUNS = {"call": "Call", "sms": "Text", "email": "E-mail", "mail": "Letter"}
DECISIONS = {
    "override": "A value was decided by hand",
    "override_revoked": "A decision on a value was ended",
    "link": "Somebody decided that two persons are one",
    "apart": "Somebody decided that two persons are two",
    "golden": "Somebody decided which person stands for the group",
    "revoke": "A decision about who is who was ended",
}
MOVES = {
    "merged": "Person {person} was put behind this golden person",
    "split": "Person {person} was taken out of the group",
    "bridged": "A record joined person {person} with another; its id is retired",
}
CONSENTS = {"consent": "Consent", "purchase": "A purchase", "inquiry": "An inquiry"}


def kind_icon(kind: str) -> str:
    """Return the icon of a kind of event."""
    return KIND_WORDS[kind][0] if kind in KIND_WORDS else ":material/help:"


def kind_name(kind: str) -> str:
    """Return the plural by which a kind of event is filtered."""
    return KIND_WORDS[kind][1] if kind in KIND_WORDS else humanized(kind)


def title_of(event: Event) -> str:
    """Return what happened, as Markdown."""
    if event.kind == "import":
        records = whole(event.record_count)
        noun = "record" if event.record_count == 1 else "records"
        return f"{records} {noun} of the file {esc(event.detail, 80)}"
    if event.kind in CONTACT_NOUNS:
        status = f": {esc(humanized(event.event_type), 40)}" if event.event_type else ""
        return CONTACT_NOUNS[event.kind] + status
    if event.kind == "consent":
        word = CONSENTS.get(event.event_type) or humanized(event.event_type)
        return f"{esc(word)}{_for_channel(event.channel)}"
    if event.kind == "opt_out":
        return f"Asked not to be contacted{_for_channel(event.channel)}"
    if event.kind == "dnc":
        verb = "Taken off" if event.event_type == "delisted" else "Put on"
        return f"{verb} the do\\-not\\-call list {esc(event.detail, 64)}"
    if event.kind == "merge":
        template = MOVES.get(event.event_type, "Person {person} was moved")
        return template.format(person=event.person_id or "–")
    if event.kind == "decision":
        return esc(DECISIONS.get(event.event_type) or humanized(event.event_type))
    if event.kind == "export":
        return f"Left in an export of the list {esc(event.detail, 80)}{_for_channel(event.channel)}"
    if event.kind == "reveal":
        return "Contact values were shown"
    return f"{esc(humanized(event.kind))} {esc(event.event_type)}".strip()


def facts_of(event: Event) -> list[str]:
    """Return what else is known of an event, each fact escaped."""
    facts = [esc(event.shown_contact) if event.shown_contact else ""]
    if event.detail and event.kind not in ("import", "dnc", "export"):
        label = "campaign " if event.kind in CONTACT_NOUNS else ""
        facts.append(label + esc(event.detail, 120))
    if event.actor:
        facts.append(f"by {esc(event.actor, 60)}")
    if event.import_id:
        facts.append(f"import {esc(event.import_id, 60)}")
    return [fact for fact in facts if fact]


def _for_channel(channel: str) -> str:
    if channel == "all":
        return " on any channel"
    return f" by {esc(channel_word(channel).lower())}" if channel else ""
