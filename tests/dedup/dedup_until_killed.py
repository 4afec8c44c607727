"""A process of its own that runs the deduplication and kills itself just before it publishes.

Arguments: the settings as JSON. A process made by multiprocessing would import whatever passes for
the main module at that moment, which a page under test may have replaced.
"""

from __future__ import annotations

import json
import os
import signal
import sys


def main() -> None:
    from dedup import write_back
    from dedup.pipeline import run
    from lode.settings import load_settings

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    (environment,) = json.loads(sys.argv[1])
    write_back._mark_published = die
    run(load_settings(environment), link=9.0)


if __name__ == "__main__":
    main()
