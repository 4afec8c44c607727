"""A process of its own that lands a file in S3 and kills itself after the second uploaded part.

Arguments: settings as JSON, file, place.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main() -> None:
    environment, file, place = json.loads(sys.argv[1])
    from loaders import s3
    from loaders.check import check_file
    from loaders.landing import incoming_copy, land
    from lode.settings import load_settings

    parts: list[int] = []

    def die(**_: object) -> None:
        parts.append(1)
        if len(parts) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    s3.client(overwrites=False).meta.events.register("after-call.s3.UploadPart", die)
    settings = load_settings(environment)
    with incoming_copy(check_file(Path(file)), settings) as incoming:
        land(incoming, place, settings)


if __name__ == "__main__":
    main()
