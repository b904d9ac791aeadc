"""Merge the small files of each day and line into one."""

from chalicelib.aws.observability import log_event, log_failure, log_unreadable
from chalicelib.core.errors import CompactionFailed, LakeFileGone
from chalicelib.core.unreadable import Unreadable
from chalicelib.lake.ports import Lake


def compact(*, lake: Lake) -> int:
    """Merge the files of every partition that has more than one, old days too; return how many were merged.

    This can stop at any point, and two runs may overlap. If another run deleted a file, the partition is left for the
    next run. A file that cannot be read, and a partition that fails, do not affect the others. `CompactionFailed`
    names all failed partitions at the end.
    """
    compacted, failed = 0, []
    unreadable: list[Unreadable] = []
    for partition, keys in lake.partitions():
        if len(keys) < 2:
            continue
        try:
            unreadable += lake.compact(partition, keys)
        except LakeFileGone as gone:
            log_event("partition left for the next run", partition=partition.prefix, reason=str(gone))
        except Exception as error:  # noqa: BLE001 - logged now, and raised at the end with the others
            log_failure("partition not compacted", error, partition=partition.prefix)
            failed.append((partition, error))
        else:
            compacted += 1
    log_unreadable(unreadable)
    if failed:
        described = "; ".join(f"{partition.prefix}: {error}" for partition, error in failed)
        raise CompactionFailed(f"{len(failed)} partitions were not compacted: {described}") from failed[0][1]
    return compacted
