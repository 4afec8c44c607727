"""How well a grouping of records agrees with the truth, counted without listing pairs.

Records of one cluster are claimed to be one person. A pair is right if truth says the same. With
the contingency table of persons and clusters, the number of pairs inside each cell, row and column
gives pairwise precision and recall, and the squares of the cells give B-cubed (Bagga and Baldwin
1998), all in time linear in the records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lode.errors import LodeError
from lode.sample.truth import RecordKey, TruthRecord, load

_Group = TypeVar("_Group", bound=Hashable)


@dataclass(frozen=True)
class Scores:
    """Shares are between 0 and 1. With nothing to get wrong (no pairs) precision or recall is 1."""

    records: int  # scored: unusable records are left out
    missing: int  # of them, in no cluster; each counts as a cluster of its own
    persons: int
    clusters: int
    largest_cluster: int
    true_pairs: int
    claimed_pairs: int
    right_pairs: int
    precision: float
    recall: float
    f1: float
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    joined_clusters: int  # clusters of 2 and more records
    mixed_clusters: int  # of them, with more than one person
    over_merge: float  # mixed_clusters / joined_clusters
    recall_by_kind: dict[str, float]  # share of right pairs with a record of that error kind


def score(
    truth: Path | Mapping[RecordKey, TruthRecord],
    mapping: Mapping[RecordKey, Hashable] | Iterable[tuple[RecordKey, Hashable]],
) -> Scores:
    """Compare clusters with the truth.

    `mapping` gives the cluster of each record (any hashable id). Files that the truth doesn't know
    are passed over. Raises LodeError if a known file has a record the truth doesn't know, if a
    record has two clusters, or if nothing fits.
    """
    records = load(truth) if isinstance(truth, Path) else truth
    clusters = _fitting(records, mapping)
    persons: list[str] = []
    labels: list[Hashable] = []
    kinds: list[tuple[str, ...]] = []
    missing = 0
    for key, record in records.items():
        if not record.person_key:
            continue
        persons.append(record.person_key)
        kinds.append(record.kinds)
        if key in clusters:
            labels.append((True, clusters[key]))
        else:
            missing += 1
            labels.append((False, key))
    return _score(persons, labels, kinds, missing)


def _fitting(
    records: Mapping[RecordKey, TruthRecord],
    mapping: Mapping[RecordKey, Hashable] | Iterable[tuple[RecordKey, Hashable]],
) -> dict[RecordKey, Hashable]:
    files = {key[:2] for key in records}
    clusters: dict[RecordKey, Hashable] = {}
    for key, cluster in mapping.items() if isinstance(mapping, Mapping) else mapping:
        filename, table, number = key
        found = (filename, table or "", number)
        if found[:2] not in files:
            continue
        if found not in records:
            raise LodeError(
                f"Record {number} of {filename} is not in the truth file;"
                " the result belongs to another sample."
            )
        if clusters.setdefault(found, cluster) != cluster:
            raise LodeError(f"Record {number} of {filename} is in two clusters; it may be in one.")
    if not clusters:
        raise LodeError(
            "No record of the result is in the truth file; it belongs to another sample."
        )
    return clusters


def _score(
    persons: list[str], labels: list[Hashable], kinds: list[tuple[str, ...]], missing: int
) -> Scores:
    cells = Counter(zip(persons, labels, strict=True))
    person_sizes, cluster_sizes = Counter(persons), Counter(labels)
    right = _pairs(cells)
    claimed, true = _pairs(cluster_sizes), _pairs(person_sizes)
    precision, recall = _share(right, claimed), _share(right, true)
    count = len(persons)
    bcubed_precision = bcubed_recall = 1.0
    if count:
        by_cluster = (size * size / cluster_sizes[label] for (_, label), size in cells.items())
        by_person = (size * size / person_sizes[person] for (person, _), size in cells.items())
        bcubed_precision = sum(by_cluster) / count
        bcubed_recall = sum(by_person) / count
    people_in = Counter(label for _, label in cells)
    joined = sum(1 for size in cluster_sizes.values() if size > 1)
    mixed = sum(1 for people in people_in.values() if people > 1)
    return Scores(
        records=count,
        missing=missing,
        persons=len(person_sizes),
        clusters=len(cluster_sizes),
        largest_cluster=max(cluster_sizes.values(), default=0),
        true_pairs=true,
        claimed_pairs=claimed,
        right_pairs=right,
        precision=precision,
        recall=recall,
        f1=_harmonic(precision, recall),
        bcubed_precision=bcubed_precision,
        bcubed_recall=bcubed_recall,
        bcubed_f1=_harmonic(bcubed_precision, bcubed_recall),
        joined_clusters=joined,
        mixed_clusters=mixed,
        over_merge=mixed / joined if joined else 0.0,
        recall_by_kind=_recall_by_kind(persons, labels, kinds, person_sizes, cells),
    )


def _recall_by_kind(
    persons: list[str],
    labels: list[Hashable],
    kinds: list[tuple[str, ...]],
    person_sizes: Counter[str],
    cells: Counter[tuple[str, Hashable]],
) -> dict[str, float]:
    """Pairs with at least one record of a kind = all pairs less those among the other records.

    Only kinds that occur in a true pair are listed; "clean" are the pairs of two records without
    any kind.
    """
    persons_with: dict[str, Counter[str]] = {}
    cells_with: dict[str, Counter[tuple[str, Hashable]]] = {}
    for person, label, record_kinds in zip(persons, labels, kinds, strict=True):
        for kind in record_kinds or ("clean",):
            persons_with.setdefault(kind, Counter())[person] += 1
            cells_with.setdefault(kind, Counter())[person, label] += 1
    recall = {}
    for kind in sorted(persons_with):
        with_kind, cells_of_kind = persons_with[kind], cells_with[kind]
        if kind == "clean":
            true, right = _pairs(with_kind), _pairs(cells_of_kind)
        else:
            true = sum(_touching(person_sizes[who], size) for who, size in with_kind.items())
            right = sum(_touching(cells[cell], size) for cell, size in cells_of_kind.items())
        if true:
            recall[kind] = right / true
    return recall


def _touching(size: int, marked: int) -> int:
    """Pairs of a group of `size` records with at least one of the `marked` ones."""
    return _choose_two(size) - _choose_two(size - marked)


def _pairs(sizes: Counter[_Group]) -> int:
    return sum(_choose_two(size) for size in sizes.values())


def _choose_two(size: int) -> int:
    return size * (size - 1) // 2


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _harmonic(left: float, right: float) -> float:
    return 2 * left * right / (left + right) if left + right else 0.0
