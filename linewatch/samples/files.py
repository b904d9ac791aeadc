"""Write sample images to folders, with a progress bar on stderr."""

import shutil
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from linewatch.samples import Counts, write

TRAINING = Counts(normal=60, anomaly=21)
UNSEEN = 60
ANOMALOUS_SHARE = 0.35
SEED = 1


def draw_with_progress(folder: Path, counts: dict[str, Counts], seed: int) -> None:
    """Write the samples. Raises the errors of `write`."""
    total = sum(count.normal + count.anomaly for count in counts.values())
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Drawing sample images", total=total)
        write(folder, counts, seed, lambda _: progress.advance(task))


def samples(folder: Path, unseen: int, training: Counts = TRAINING) -> Path:
    """A subfolder with drawn images, `unseen` of them for testing. They are drawn once and kept."""
    anomalous = round(unseen * ANOMALOUS_SHARE)
    counts = {"train": training, "test": Counts(unseen - anomalous, anomalous)}
    drawn = folder / f"{unseen}-unseen"
    if not drawn.exists():
        partial = folder / f"{unseen}-unseen.part"  # renamed when complete, in case drawing is interrupted
        shutil.rmtree(partial, ignore_errors=True)
        draw_with_progress(partial, counts, SEED)
        partial.rename(drawn)
    return drawn
