"""A process of its own that loads a file and kills itself, without a warning, at a named moment.

Arguments: settings as JSON, file, module and function to die at, which call of it, before or after.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dying import die_at


def main() -> None:
    environment, file, place, call, moment = json.loads(sys.argv[1])
    from loaders import text
    from loaders.load import load_file
    from lode.settings import load_settings

    text.BLOCK_BYTES = 2048
    die_at(place, call, moment)
    settings = load_settings(environment)
    print(load_file(Path(file), settings).import_id)


if __name__ == "__main__":
    main()
