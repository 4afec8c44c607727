"""What all Python parts share: settings, connections, local server, dbt, the `lode` command."""

from __future__ import annotations

__version__ = "0.1.0"
