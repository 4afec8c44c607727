"""A believable set of US marketing files with known truth, and the scorer of results.

    from lode.sample import generate, score
    generate(people=2000, seed=7, directory=Path("sample"))
    score(Path("sample/truth.csv"), {("mailing_house.csv", "", 1): 42, ...}).f1

Names are loaded when first used, so that `lode --help` need not wait for numpy and Arrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lode.sample.generation import SampleSummary, generate
    from lode.sample.scoring import Scores, score

__all__ = ["SampleSummary", "Scores", "generate", "score"]
_HOMES = {
    "SampleSummary": "lode.sample.generation",
    "Scores": "lode.sample.scoring",
    "generate": "lode.sample.generation",
    "score": "lode.sample.scoring",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
