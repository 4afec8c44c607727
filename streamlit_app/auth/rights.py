"""The rights, for pages: they know nothing else of `lode`."""

from __future__ import annotations

from lode.rights import Right

__all__ = ["Right"]
