"""Slips of the finger: what typists, scanners and voice recognition do to a word."""

from __future__ import annotations

_NEIGHBOURS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "mb", "o": "ip", "p": "o",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("ie", "ei"), ("ei", "ie"), ("ll", "l"), ("tt", "t"), ("nn", "n"),
    ("ss", "s"), ("rr", "r"), ("y", "i"), ("c", "k"), ("sen", "son"), ("z", "s"), ("v", "w"),
)  # fmt: skip


def misspell(word: str, bits: int) -> str:
    """The word with one slip: letters swapped, dropped, doubled, mistyped, or written as heard.

    Words of under 3 letters and words without letters stay as they are.
    """
    places = [place for place, letter in enumerate(word) if letter.isalpha()]
    if len(places) < 3:
        return word
    kind, bits = bits % 16, bits // 16
    if kind < 4:
        heard = _as_heard(word, bits)
        if heard != word:
            return heard
    # The first letter is seldom wrong.
    place = places[1 + bits % (len(places) - 1)] if bits // 64 % 12 else places[0]
    letter, before, after = word[place], word[:place], word[place + 1 :]
    if kind < 8 and after and after[0].isalpha() and after[0].lower() != letter.lower():
        return before + after[0] + letter + after[1:]
    if kind < 10:
        return before + after
    if kind < 12:
        return before + letter + letter + after
    near = _NEIGHBOURS.get(letter.lower(), "e")
    typed = near[bits // 1024 % len(near)]
    return before + (typed.upper() if letter.isupper() else typed) + after


def _as_heard(word: str, bits: int) -> str:
    found = [pair for pair in _SOUNDS if pair[0] in word[1:].lower()]
    if not found:
        return word
    sound, written = found[bits % len(found)]
    place = word.lower().index(sound, 1)
    heard = written.upper() if word.isupper() else written
    return word[:place] + heard + word[place + len(sound) :]


def misspell_mailbox(mailbox: str, bits: int) -> str:
    """The mailbox with a slip in the user name or (one in eight) in the domain's first label."""
    user, at, domain = mailbox.partition("@")
    if bits % 8 or domain.count(".") < 2:
        return _slip_user(user, bits // 8) + at + domain
    label, _, rest = domain.partition(".")
    return user + at + misspell(label, bits // 8) + "." + rest


def _slip_user(user: str, bits: int) -> str:
    if user[-1:].isdigit() and bits % 3 == 0:
        return user[:-1] + str((int(user[-1]) + 1 + bits // 3 % 9) % 10)
    return misspell(user, bits // 3)


def break_mailbox(mailbox: str, bits: int) -> str:
    """The mailbox in a form that no mail system takes."""
    user, _, domain = mailbox.partition("@")
    forms = (
        f"{user}@",
        f"{user} at {domain}",
        f"{user}{domain}",
        f"{user}@@{domain}",
        "n/a",
        "none",
    )
    return forms[bits % len(forms)]
