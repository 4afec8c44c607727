r"""Backslash escapes: what csv writes with them, and what MySQL does, comes back equal."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loaders import text as text_module
from loaders.backslash import normalise_backslashes
from lode.errors import LodeError

CELLS = st.text(st.sampled_from("ab \"'\\,;\n\té😀N0"), max_size=8)


def plain(folder: Path, data: bytes) -> bytes:
    source, target = folder / "in.csv", folder / "out.csv"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    normalise_backslashes(source, target)
    return target.read_bytes()


@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]),
    block=st.sampled_from([1, 3, 7, 1024]),
)
@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_python_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    quoting: int,
    block: int,
) -> None:
    output = io.StringIO(newline="")
    writer = csv.writer(
        output, doublequote=False, escapechar="\\", quoting=quoting, lineterminator="\n"
    )
    header = ["h1"] * len(rows[0])
    writer.writerows([header, *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "FIRST_BLOCK_BYTES", block)
        patch.setattr(text_module, "BLOCK_BYTES", block)
        folder = tmp_path_factory.mktemp("random")
        result = plain(folder, output.getvalue().encode())
    assert list(csv.reader(io.StringIO(result.decode(), newline=""))) == [header, *rows]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b'a,b\n\\N,"\\N"\n', b'a,b\n,"N"\n'),
        (b"a\tb\nx\\\ty\t1\n", b'a\tb\n"x\ty"\t1\n'),
        (b"a,b\nline\\\nline,2\n", b'a,b\n"line\nline",2\n'),
        (b"a,b\n\\0\\Z\\n,\\\\\n", b'a,b\n"\0\x1a\n","\\"\n'),
        (b'a,b\n"say ""hi"" \\"ho\\"",x\n', b'a,b\n"say ""hi"" ""ho""",x\n'),
        (b'a,b\r\n5" pipe,\\,\r\n', b'a,b\r\n5" pipe,","\r\n'),
        (b"a;b\nx,y\\;z;1", b'a;b\n"x,y;z";1'),
        (b'a,b\n"x\\"" tail,1\n', b'a,b\n"x""" tail,1\n'),
        ("a,b\nZ\u00fcrich\\, x,1\n".encode("cp1252"), 'a,b\n"Z\u00fcrich, x",1\n'.encode()),
        ("a,b\nZ\u00fcrich\\, x,1\n".encode("utf-16"), 'a,b\n"Z\u00fcrich, x",1\n'.encode()),
        (b'\xef\xbb\xbfa,b\n\\",1\n', b'a,b\n"""",1\n'),
    ],
)
def test_what_others_write(tmp_path: Path, source: bytes, expected: bytes) -> None:
    assert plain(tmp_path, source) == expected


@pytest.mark.parametrize("data", [b'a,b\n"never closed,1\n\\n', b"a,b\n1,2\\"])
def test_a_file_that_is_cut_off(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(LodeError, match=r"in\.csv has a quote or a backslash at its end"):
        plain(tmp_path, data)
