"""A process of its own that extracts a table and kills itself, without a warning, at a moment.

Arguments: settings as JSON, address, folder, chunk size, module and function to die at, which call
of it, before or after.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dying import die_at


def main() -> None:
    environment, user, password, database, folder, size, place, call, moment = json.loads(
        sys.argv[1]
    )
    from legacy_source import Legacy, extract

    from loaders.legacy import extract as extract_module
    from lode.settings import load_settings

    die_at(place, call, moment)
    extract_module.CHUNK_ROWS = size
    settings = load_settings(environment)
    legacy = Legacy(settings, database, user, password).with_settings(settings)
    extract(legacy, Path(folder), "people")


if __name__ == "__main__":
    main()
