"""Import a manifest that was put into the bucket: `datasets/<project>/manifests/<train or test>/<name>.manifest`.

S3 may announce an object twice, late, or before an older one. Each announcement is imported once: its answer is in the
transaction that changes the data set. An object that was replaced is left to the announcement of the new one. Of two
labels of one image the newer one stays, whichever comes first.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.core.errors import InvalidRequest, NotFound, ObjectGone
from chalicelib.core.image import UploadedImage
from chalicelib.projects.change import Call
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.entries import entries_of
from chalicelib.projects.errors import Conflict, QuotaExceeded
from chalicelib.projects.import_result import CHANGE, SUFFIX, Change, ImportResult, Status
from chalicelib.projects.manifest import Entry, LineError
from chalicelib.projects.operations import Operation
from chalicelib.projects.places import Places
from chalicelib.projects.ports import ManifestFiles
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import Storage, checked_lines, commit_revision, new_dataset, next_revision

FORM = "datasets/<project>/manifests/<train or test>/<name>.manifest"
LONGEST_KEY = 1024 - len(SUFFIX)
"""Bytes, so that S3 takes the key of the result."""
_manifest = re.compile(r"datasets/([^/]+)/manifests/(?:([^/]+)/)?.+\.manifest", re.DOTALL)


def event_of(put: UploadedImage) -> str:
    """The same for each copy of one announcement, another for each time that somebody puts the object."""
    return sha256(f"{put.bucket}/{put.key}\n{put.etag}\n{put.uploaded_at.isoformat()}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ManifestImport:
    """The use case with its ports."""

    storage: Storage
    manifests: ManifestFiles

    def __call__(self, put: UploadedImage) -> ImportResult | None:
        """Import a manifest and write the result beside it. None if nothing is to do: it is done, gone, or no manifest.

        Raises what a person has to mend before it can be imported: `NotFound` without its project, `Conflict` if its
        data set is being deleted, `QuotaExceeded` for too many images. `InvalidRequest` if its key is too long.
        """
        named = _manifest.fullmatch(put.key)
        if named is None:
            return None
        _require_short(put.key)
        if self.manifests.has_result(put, event_of(put)):
            return None
        try:
            result = self._import(put, *named.groups())
        except ObjectGone:
            return None
        except InvalidRequest as error:
            result = ImportResult(put=put, status=Status.REFUSED, message=str(error))
        except (NotFound, Conflict, QuotaExceeded) as error:
            waiting = ImportResult(put=put, status=Status.WAITING, message=str(error))
            self.manifests.put_result(put, waiting.to_json(), None)
            raise
        self.manifests.put_result(put, result.to_json(), event_of(put))
        return result

    def _import(self, put: UploadedImage, project: str, folder: str | None) -> ImportResult:
        of = _data_set(folder)
        right, errors = checked_lines(self.manifests.read(put), Places(self.storage.entries.bucket, project))
        if not right:
            message = "no line of it is right" if errors else "it is empty"
            return ImportResult(put=put, status=Status.REFUSED, message=message, errors=errors)

        def decide(record: ProjectRecord) -> tuple[ProjectRecord, Change]:
            # In here, so that whoever was slower than the import of a newer object sees that there is one.
            self.manifests.require_current(put)
            record.existing()
            done = self._changed(record, of, right, errors)
            return record.with_dataset(done.dataset), done

        call = Call(Operation.IMPORT_MANIFEST, event_of(put), (put.key,), CHANGE)
        done = commit_revision(project, of, decide, call, self.storage)
        return ImportResult(put=put, status=Status.IMPORTED, change=done, errors=errors)

    def _changed(
        self, record: ProjectRecord, of: DatasetType, right: Sequence[Entry], errors: Sequence[LineError]
    ) -> Change:
        if of not in record.datasets:
            dataset = new_dataset(record, of, right, errors, self.storage)
            return Change(dataset=dataset, added=len(right))
        dataset = record.usable_dataset(of)
        merged, counts = _merged(entries_of(record.name, dataset, self.storage.entries), right)
        return Change(dataset=next_revision(record.name, dataset, merged, errors, self.storage), **counts)


def _require_short(key: str) -> None:
    if (length := len(key.encode())) > LONGEST_KEY:
        raise InvalidRequest(("key", f"has {length} bytes; that of a manifest has at most {LONGEST_KEY}"))


def _data_set(folder: str | None) -> DatasetType:
    try:
        return DatasetType(folder or "")
    except ValueError as error:
        raise InvalidRequest(("key", f"must be {FORM}: copy the manifest there")) from error


def _merged(present: Sequence[Entry], right: Sequence[Entry]) -> tuple[list[Entry], Counter[str]]:
    """The entries after the import, and what happened to how many: the names are those of `Change`."""
    merged = {entry.source: entry for entry in present}
    counts: Counter[str] = Counter()
    for entry in right:
        what = _outcome(merged.get(entry.source), entry)
        counts[what] += 1
        if what in {"added", "replaced"}:
            merged[entry.source] = entry
    return list(merged.values()), counts


def _outcome(known: Entry | None, new: Entry) -> str:
    if known is None:
        return "added"
    if known.raw == new.raw:
        return "unchanged"
    return "kept" if _is_older(new, known) else "replaced"


def _is_older(new: Entry, known: Entry) -> bool:
    """A line without a label, as of an image that nobody has labelled yet, is older than any label."""
    if new.label is None or known.label is None:
        return known.label is not None
    return new.created_at is not None and known.created_at is not None and new.created_at < known.created_at
