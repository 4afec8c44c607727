"""Loading a registry file: `lode dnc load`. Checked whole, written in parts, published at once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path

from loaders.dnc import versions
from loaders.dnc.content import FULL, Form, change_list, form_of, full_list
from loaders.dnc.store import Store
from loaders.dnc.versions import NewVersion, Version
from loaders.packed import packing_of, unpack
from loaders.scratch import scratch_folder
from loaders.writer import Writer
from lode.errors import LodeError, printable
from lode.lock_holders import current_user
from lode.settings import Settings

NATIONAL = "national"
# Other names of it (macro list_kind): as lists of their own they would need no subscription.
OTHER_NATIONAL = ("federal", "ftc")
CHUNK_ROWS = 500_000
# A copy this much smaller than the one before it is taken for a part of one.
SHRINK_LIMIT = 0.9
LIST_NAME = re.compile(r"[a-z][a-z0-9_]{1,31}")


@dataclass(frozen=True)
class DncRequest:
    """What the user says of a registry file; what is None is read from the file or its name."""

    list_name: str = NATIONAL
    subscription_account: str | None = None
    accessed_on: date | None = None
    area_codes: tuple[int, ...] | None = None
    member: str | None = None
    loaded_by: str | None = None
    accepts_fewer: bool = False


@dataclass(frozen=True)
class DncResult:
    """What became of a registry file."""

    version: Version
    is_duplicate: bool


def load_registry(
    path: Path, settings: Settings, request: DncRequest, *, chunk_rows: int = CHUNK_ROWS
) -> DncResult:
    """Load a full list or a change file; LodeError, and not a row, if any of it is wrong."""
    if not LIST_NAME.fullmatch(request.list_name):
        raise LodeError(
            f"{printable(request.list_name, 40)} is no list name: national, litigator, or a state"
            " as state_tx."
        )
    if request.list_name in OTHER_NATIONAL:
        raise LodeError(
            f"{request.list_name} is the national registry: leave --list out, and name the account"
            " with --subscription."
        )
    name = printable(path.name, 200)
    if not path.is_file():
        raise LodeError(f"{name} is not a file: give the file as it was downloaded.")
    checksum = _checksum(path, request.member)
    writer = Writer(settings)
    try:
        with writer.in_sentences(), scratch_folder(settings.home / "landing" / "dnc") as folder:
            writer.claim("dnc", request.list_name, f"The list {request.list_name}")
            list_id = versions.list_number(writer.connection, request.list_name)
            return _Job(writer, folder, name, request, list_id).run(path, checksum, chunk_rows)
    finally:
        writer.close()


class _Job:
    """One attempt at one file of one list, whose lock is held."""

    def __init__(
        self, writer: Writer, folder: Path, name: str, request: DncRequest, list_id: int
    ) -> None:
        self.writer = writer
        self.folder = folder
        self.name = name
        self.request = request
        self.list_id = list_id

    def run(self, path: Path, checksum: str, chunk_rows: int) -> DncResult:
        accessed_on = self._accessed_on()
        known = versions.find(self.writer.connection, self.list_id, checksum, accessed_on)
        if known and known.status == versions.LOADED:
            self._require_same_codes(known)
            return DncResult(known, True)
        plain = self._unpacked(path)
        form = form_of(plain, self.name)
        account = self._account()
        codes = self._area_codes(form)
        store = Store(self.writer, self.folder)
        new = NewVersion(
            form.kind, self.name, path.stat().st_size, checksum, account, accessed_on, codes,
            self.request.loaded_by or current_user(), 0, chunk_rows,
        )  # fmt: skip
        if form.kind == FULL:
            numbers = full_list(plain, self.name, form, codes, self.folder / "numbers.bin")
            self._require_whole(codes, len(numbers))
            version = self._begin(store, new, len(numbers))
            store.write_full(version, numbers)
        else:
            changes = change_list(plain, self.name, form, codes)
            self._require_past(max(change.moment for change in changes.values()))
            version = self._begin(store, new, len(changes))
            store.write_changes(version, changes)
        return DncResult(versions.find_by_id(self.writer.connection, version.id), False)

    def _begin(self, store: Store, new: NewVersion, count: int) -> Version:
        known = versions.find(self.writer.connection, self.list_id, new.checksum, new.accessed_on)
        store.abandon(self.list_id, known.id if known else 0)
        counted = NewVersion(**{**new.__dict__, "number_count": count})
        return self.writer.retrying(
            lambda: versions.begin(self.writer.connection, self.list_id, counted)
        )

    def _unpacked(self, path: Path) -> Path:
        packing = packing_of(path)
        if packing is None:
            if self.request.member is not None:
                raise LodeError(f"{self.name} is no archive: leave --member out.")
            return path
        return unpack(path, self.name, packing, self.request.member, self.folder).path

    def _accessed_on(self) -> date:
        """Return the day of access; of a file that a later one overtook nothing is taken."""
        day = self.request.accessed_on or _date_in(self.name)
        if day is None:
            raise LodeError(
                f"{self.name} does not say when it was downloaded: say it, such as"
                " --accessed 2026-01-05."
            )
        if day > _today():
            raise LodeError(f"{self.name} can't be accessed on {day}: that day is still to come.")
        before = versions.newest(self.writer.connection, self.list_id)
        if before and day < before.accessed_on:
            raise LodeError(
                f"{self.name} is of {day}, but the list {self.request.list_name} has a copy of"
                f" {before.accessed_on}: load downloads in their order."
            )
        return day

    def _account(self) -> str | None:
        account = self.request.subscription_account
        if account is not None and not re.fullmatch(r"[A-Za-z0-9-]{1,64}", account):
            raise LodeError("--subscription needs the account number: letters, digits and dashes.")
        if account is None and self.request.list_name == NATIONAL:
            raise LodeError(
                "The national registry is only for those who subscribe: name the account with"
                " --subscription."
            )
        return account

    def _area_codes(self, form: Form) -> tuple[int, ...]:
        """Return the area codes that the file covers; () stands for all."""
        covered = versions.covered(self.writer.connection, self.list_id)
        if form.kind != FULL and not covered:
            raise LodeError(
                f"The list {self.request.list_name} has no full copy yet, so {self.name} changes"
                " nothing: load the full list first."
            )
        codes = self.request.area_codes
        if codes is None and form.area_codes:
            codes = form.area_codes
        if codes is None and form.kind != FULL:
            codes = () if covered == (0,) else covered
        if codes is None and self.request.list_name != NATIONAL:
            codes = ()
        if codes is None:
            raise LodeError(
                f"{self.name} does not say which area codes it covers: say it, such as"
                " --area-codes 512,737 or --area-codes all."
            )
        missing = set(codes) - set(covered)
        if form.kind != FULL and covered != (0,) and (missing or not codes):
            raise LodeError(
                f"{self.name} changes area codes that no full list covers yet"
                f" ({', '.join(map(str, sorted(missing))) or 'all'}): load their full list first."
            )
        return tuple(sorted(set(codes)))

    def _require_same_codes(self, known: Version) -> None:
        """Refuse a file that is there already for other area codes: they would not count."""
        codes = self.request.area_codes
        if codes is not None and versions.area_text(sorted(set(codes))) != known.area_codes:
            raise LodeError(
                f"{self.name} is version {known.id} of the list {self.request.list_name} already,"
                f" for area codes {known.area_codes}, which stay: say others with a later download."
            )

    def _require_past(self, moment: str) -> None:
        if moment[:10] > _today().isoformat():
            raise LodeError(
                f"{self.name} holds a change of {moment[:10]}, a day still to come: nothing of the"
                " file was taken."
            )

    def _require_whole(self, codes: tuple[int, ...], count: int) -> None:
        """Refuse a full list that is much shorter than the one before it."""
        before = versions.last_full(self.writer.connection, self.list_id, codes)
        if before is None or count >= SHRINK_LIMIT * before or self.request.accepts_fewer:
            return
        raise LodeError(
            f"{self.name} has {count:,} numbers, the full list before it had {before:,}: it seems"
            " to be cut off. Download it again, or say --accept-fewer if it is right."
        )


def parse_area_codes(text: str) -> tuple[int, ...]:
    """Return area codes as the user names them; () for `all`."""
    if text.strip().lower() == versions.ALL:
        return ()
    codes = [part for part in re.split(r"[,\s]+", text.strip()) if part]
    wrong = [code for code in codes if not re.fullmatch(r"[2-9][0-9]{2}", code)]
    if wrong or not codes:
        named = printable(wrong[0], 20) if wrong else "nothing"
        raise LodeError(f"--area-codes needs codes such as 512,737 or `all`; {named} is none.")
    return tuple(sorted({int(code) for code in codes}))


def parse_day(text: str, option: str) -> date:
    """Return a date that the user names."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise LodeError(f"{option} needs a date such as 2026-01-05.") from None


def _date_in(name: str) -> date | None:
    """Return the date in a file's name, None if there is none."""
    found = re.search(r"(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])", name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _today() -> date:
    return datetime.now(timezone.utc).date()


def _checksum(path: Path, member: str | None) -> str:
    """Return the digest of a file, or of one of an archive: each of those is a version."""
    digest = hashlib.sha256((member or "").encode())
    with path.open("rb") as file:
        while block := file.read(1024 * 1024):
            digest.update(block)
    return digest.hexdigest()
