"""Masks of contact values, applied by the query layer: no page holds a clear one by accident."""

from __future__ import annotations

import re

DOT = "•"


def mask_phone(value: str) -> str:
    """Keep the country code and the last two digits: +12025550143 → +1••••••••43."""
    digits = re.sub(r"[^0-9]", "", value)
    if len(digits) < 7:
        return DOT * max(len(digits), 3)
    # Only +1 is certain to be one digit long; of others, two digits may still be the country.
    kept = 1 if digits.startswith("1") else 2
    plus = "+" if value.startswith("+") else ""
    return f"{plus}{digits[:kept]}{DOT * (len(digits) - kept - 2)}{digits[-2:]}"


def mask_email(value: str) -> str:
    """Keep the first letter of mailbox and host and the top-level domain: j•••@e•••.com."""
    mailbox, at, host = value.rpartition("@")
    if not at or not mailbox or not host:
        return DOT * 3
    name, dot, top = host.rpartition(".")
    shown_host = f"{name[:1]}{DOT * 3}{dot}{top}" if name else DOT * 3
    return f"{mailbox[:1]}{DOT * 3}@{shown_host}"


def mask_address(value: str) -> str:
    """Keep town, state and the area of the ZIP: 12 Oak St, Erie, PA 16501 → •••, Erie, PA 165••."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    # Of two parts the first may be the street, of more the last two never are.
    kept = parts[-2:] if len(parts) > 2 else parts[1:]
    shown = [
        re.sub(r"[0-9]{3,}", lambda found: found[0][:3] + DOT * (len(found[0]) - 3), part)
        for part in kept
    ]
    return ", ".join([DOT * 3, *shown])


def mask_contact(kind: str, value: str) -> str:
    """Mask a contact value of kind phone, email or address; of any other kind nothing is shown."""
    masks = {"phone": mask_phone, "email": mask_email, "address": mask_address}
    mask = masks.get(kind)
    return mask(value) if mask else DOT * 3


def mask_value(field: str, value: str) -> str:
    """Mask a value of a person by its field: of what is no phone or mailbox one letter is kept."""
    if field == "primary_phone":
        return mask_phone(value)
    return mask_email(value) if field == "primary_email" else value[:1] + DOT * 3
