"""What goes wrong between a person and a record of hers: one function per kind of error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from name_lists import NICKNAMES

if TYPE_CHECKING:
    from generated_people import PeopleMaker, Record


def _typo_email(maker: PeopleMaker, record: Record) -> tuple[str, ...]:
    return tuple(
        maker.typo(mail.split("@")[0]) + "@" + mail.split("@")[1] for mail in record.emails
    )


MESSES = {
    "nickname": lambda m, r, p: replace(r, first=NICKNAMES.get(r.first, r.first)),
    "first_typo": lambda m, r, p: replace(r, first=m.typo(r.first)),
    "last_typo": lambda m, r, p: replace(r, last=m.typo(r.last)),
    "maiden": lambda m, r, p: replace(r, last=m._other_last(r.last)) if p.is_female else r,
    "hyphen": lambda m, r, p: (
        replace(r, last=f"{r.last}-{m._other_last(r.last)}") if p.is_female else r
    ),
    "swapped": lambda m, r, p: (
        replace(r, first=r.last, last=r.first) if m.random.random() < 0.3 else r
    ),
    "middle_as_first": lambda m, r, p: (
        replace(r, first=p.middle, middle="") if p.middle and m.random.random() < 0.4 else r
    ),
    "no_first": lambda m, r, p: replace(r, first="", middle="") if m.random.random() < 0.3 else r,
    "initial_only": lambda m, r, p: replace(r, first=r.first[:1]) if m.random.random() < 0.4 else r,
    "moved": lambda m, r, p: replace(r, home=m._home()),
    "street_typo": lambda m, r, p: replace(r, home=m.typo_home(r.home)),
    "no_zip": lambda m, r, p: replace(r, home=replace(r.home, zip="")),
    "no_street": lambda m, r, p: replace(r, home=replace(r.home, street="", street_key="")),
    "no_phone": lambda m, r, p: replace(r, phones=()),
    "no_email": lambda m, r, p: replace(r, emails=()),
    "other_email": lambda m, r, p: replace(r, emails=(m._email(p.first, p.last),)),
    "other_provider": lambda m, r, p: replace(
        r, emails=tuple(f"{mail.split('@')[0]}@new.example.net" for mail in r.emails)
    ),
    "other_phone": lambda m, r, p: replace(r, phones=(m._phone(),)),
    "phone_typo": lambda m, r, p: replace(r, phones=tuple(m.typo_phone(x) for x in r.phones)),
    "email_typo": lambda m, r, p: replace(r, emails=_typo_email(m, r)),
}
