"""From many small files to one for each day and line."""

from chalicelib.aws.observability import log_event, log_failure
from chalicelib.core.errors import CompactionFailed, LakeFileGone
from chalicelib.lake.ports import Lake


def compact(*, lake: Lake) -> int:
    """Make one file of every partition that has more, old days too; returns how many partitions that were.

    It may die anywhere and run twice at once. A partition from which another run took a file is left for the next
    run; one that fails harms no other, and `CompactionFailed` names all of them at the end.
    """
    compacted, failed = 0, []
    for partition, keys in lake.partitions():
        if len(keys) < 2:
            continue
        try:
            lake.compact(partition, keys)
        except LakeFileGone as gone:
            log_event("partition left for the next run", partition=partition.prefix, reason=str(gone))
        except Exception as error:  # noqa: BLE001 - logged now, and raised at the end with the others
            log_failure("partition not compacted", error, partition=partition.prefix)
            failed.append((partition, error))
        else:
            compacted += 1
    if failed:
        described = "; ".join(f"{partition.prefix}: {error}" for partition, error in failed)
        raise CompactionFailed(f"{len(failed)} partitions were not compacted: {described}") from failed[0][1]
    return compacted
