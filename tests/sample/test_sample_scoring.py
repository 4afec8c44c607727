"""The scorer: equal to listing every pair, and clear about what doesn't fit."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.errors import LodeError
from lode.sample import score
from lode.sample.truth import TruthRecord, load

KINDS = ("nickname", "old_address", "no_email")
records = st.lists(
    st.tuples(
        st.sampled_from(["", "P1", "P2", "P3", "P4"]),
        st.sets(st.sampled_from(KINDS)),
        st.one_of(st.none(), st.integers(0, 4)),
    ),
    min_size=1,
    max_size=14,
)


def _truth(rows):
    return {
        ("f.csv", "", number): TruthRecord(person, "H", tuple(sorted(kinds)))
        for number, (person, kinds, _) in enumerate(rows, start=1)
    }


def _mapping(rows):
    return {
        ("f.csv", "", number): cluster
        for number, (_, _, cluster) in enumerate(rows, start=1)
        if cluster is not None
    }


@given(records)
def test_counting_equals_listing_all_pairs(rows) -> None:
    if not _mapping(rows):
        return
    scores = score(_truth(rows), _mapping(rows))
    usable = [
        (person, kinds, ("none", place) if cluster is None else cluster)
        for place, (person, kinds, cluster) in enumerate(rows)
        if person
    ]
    pairs = list(combinations(usable, 2))
    true = [pair for pair in pairs if pair[0][0] == pair[1][0]]
    claimed = [pair for pair in pairs if pair[0][2] == pair[1][2]]
    right = [pair for pair in true if pair[0][2] == pair[1][2]]
    assert (scores.true_pairs, scores.claimed_pairs, scores.right_pairs) == (
        len(true),
        len(claimed),
        len(right),
    )
    assert scores.precision == (len(right) / len(claimed) if claimed else 1.0)
    assert scores.recall == (len(right) / len(true) if true else 1.0)
    for kind in KINDS:
        touched = [pair for pair in true if kind in pair[0][1] | pair[1][1]]
        joined = [pair for pair in touched if pair[0][2] == pair[1][2]]
        assert scores.recall_by_kind.get(kind) == (len(joined) / len(touched) if touched else None)
    clean = [pair for pair in true if not pair[0][1] | pair[1][1]]
    if clean:
        joined = [pair for pair in clean if pair[0][2] == pair[1][2]]
        assert scores.recall_by_kind["clean"] == len(joined) / len(clean)


@given(records)
def test_bcubed_and_over_merge_equal_their_definitions(rows) -> None:
    if not _mapping(rows):
        return
    scores = score(_truth(rows), _mapping(rows))
    persons, clusters = defaultdict(set), defaultdict(set)
    for place, (person, _, cluster) in enumerate(rows):
        if person:
            persons[person].add(place)
            clusters[("none", place) if cluster is None else cluster].add(place)
    of_person = {place: group for group in persons.values() for place in group}
    of_cluster = {place: group for group in clusters.values() for place in group}
    if of_person:
        precision = [len(of_person[r] & of_cluster[r]) / len(of_cluster[r]) for r in of_person]
        recall = [len(of_person[r] & of_cluster[r]) / len(of_person[r]) for r in of_person]
        assert scores.bcubed_precision == pytest.approx(sum(precision) / len(precision))
        assert scores.bcubed_recall == pytest.approx(sum(recall) / len(recall))
    joined = [group for group in clusters.values() if len(group) > 1]
    mixed = [group for group in joined if len({rows[place][0] for place in group}) > 1]
    assert scores.over_merge == (len(mixed) / len(joined) if joined else 0.0)
    assert scores.largest_cluster == max((len(group) for group in clusters.values()), default=0)
    assert scores.missing == sum(bool(person) and cluster is None for person, _, cluster in rows)


def test_the_truth_itself_scores_one_and_nothing_merged_scores_no_recall(sample) -> None:
    perfect = score(sample.truth, {key: row.person_key for key, row in sample.truth.items()})
    assert (perfect.f1, perfect.bcubed_f1, perfect.over_merge) == (1.0, 1.0, 0.0)
    assert perfect.records == sample.summary.records - sample.summary.unusable_records
    apart = score(sample.truth, ((key, number) for number, key in enumerate(sample.truth)))
    assert (apart.recall, apart.precision, apart.f1) == (0.0, 1.0, 0.0)
    families = score(sample.truth, {key: row.household_key for key, row in sample.truth.items()})
    assert families.recall == 1.0
    assert families.over_merge > 0.5


def test_tables_may_be_given_as_none_and_other_files_are_passed_over(sample) -> None:
    mapping = {
        (name, table or None, number): row.person_key
        for (name, table, number), row in sample.truth.items()
    }
    mapping["touchpoints.csv", None, 1] = "P0000001"
    assert score(sample.directory / "truth.csv", mapping).f1 == 1.0


def test_a_result_of_another_sample_is_refused(sample) -> None:
    with pytest.raises(LodeError, match=r"Record 999999 of crm\.sqlite is not in the truth file"):
        score(sample.truth, {("crm.sqlite", "contacts", 999_999): 1})
    with pytest.raises(LodeError, match="No record of the result is in the truth file"):
        score(sample.truth, {("other.csv", "", 1): 1})
    twice = [(("crm.sqlite", "contacts", 1), 1), (("crm.sqlite", "contacts", 1), 2)]
    with pytest.raises(LodeError, match="is in two clusters"):
        score(sample.truth, twice)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "can't be read"),
        (b"", "is not a truth file"),
        (b"a,b\n1,2\n", "is not a truth file"),
        (b"\xff\xfe\x00", "is not a truth file"),
        (b"@f.csv,,x,P1,H1,\n", "line 2, is no line of a truth file"),
        (b"@f.csv,,1,P1\n", "line 2, is no line of a truth file"),
        (b"@f.csv,,1,P1,H1,\nf.csv,,1,P2,H1,\n", "line 3, names a record for the second time"),
    ],
)
def test_what_is_no_truth_file_is_said_in_a_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    header = b"filename,source_table,row_number,person_key,household_key,error_kinds\n"
    path = tmp_path / "truth.csv"
    if content is not None:
        path.write_bytes(content.replace(b"@", header))
    with pytest.raises(LodeError, match=sentence):
        load(path)
