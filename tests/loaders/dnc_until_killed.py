"""A process of its own that loads a do-not-call list and kills itself at a named moment."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from dying import die_at


def main() -> None:
    environment, file, day, place, call, moment = json.loads(sys.argv[1])
    from loaders.dnc.load import DncRequest, load_registry
    from lode.settings import load_settings

    die_at(place, call, moment)
    request = DncRequest("state_tx", accessed_on=date.fromisoformat(day))
    load_registry(Path(file), load_settings(environment), request, chunk_rows=10)


if __name__ == "__main__":
    main()
