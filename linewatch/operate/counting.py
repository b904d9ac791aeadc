"""A dataset for DuckDB that counts what its scans read."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyarrow.dataset import FileSystemDataset, ParquetFileFragment, Scanner

from chalicelib.lake.domain import Scanned

_AT_ONCE = 16
"""How many files are opened at once."""


class CountedDataset(FileSystemDataset):  # type: ignore[misc]  # pyarrow has no types here
    """The same Parquet files; each scan adds to `scanned` the files that it opens and the bytes of its columns.

    They are summed from the files' own tables of contents, which the scan then need not read again. A filesystem in
    Python could count the reads themselves, but pyarrow 26 starts a scan for DuckDB without letting other threads run
    Python: the two wait for each other for ever.
    """

    def __init__(self, dataset: FileSystemDataset, scanned: Scanned) -> None:
        super().__init__(list(dataset.get_fragments()), dataset.schema, dataset.format, dataset.filesystem)
        self._scanned = scanned

    def scanner(self, **settings: Any) -> Scanner:
        fragments = list(self.get_fragments(settings.get("filter")))
        columns = settings.get("columns")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            sizes = pool.map(lambda fragment: _size(fragment, columns), fragments)
            self._scanned.size += sum(sizes)
        self._scanned.files |= {fragment.path for fragment in fragments}
        return super().scanner(**settings)


def _size(fragment: ParquetFileFragment, columns: list[str] | None) -> int:
    """The bytes of the columns, of all without names, and of the table of contents."""
    fragment.ensure_complete_metadata()
    contents = fragment.metadata
    chunks = (
        contents.row_group(group).column(column)
        for group in range(contents.num_row_groups)
        for column in range(contents.num_columns)
    )
    read = (chunk for chunk in chunks if columns is None or chunk.path_in_schema.split(".")[0] in columns)
    return int(contents.serialized_size + sum(chunk.total_compressed_size for chunk in read))
