"""`linewatch measure bench`: what Linewatch costs, in time, requests and bytes."""

import json
import os
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console

from linewatch.bench.billing import bill, total
from linewatch.bench.chain import chain
from linewatch.bench.coldstart import cold_start
from linewatch.bench.lake import growth
from linewatch.bench.mappings import held
from linewatch.bench.model import inference
from linewatch.bench.overhead import overhead
from linewatch.bench.ready import Ready, ready
from linewatch.bench.rehearsal import FULL, SINGLE_URLS, SINGLY, Batches, rehearse
from linewatch.bench.showing import show
from linewatch.bench.sizes import zip_sizes
from linewatch.bench.tally import Tally
from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import tell

REHEARSED = ((FULL, 1000), (SINGLE_URLS, 200), (SINGLY, 50))
"""How many images each way of batching is counted over."""


@click.command()
@json_option
@click.option("--images", type=click.IntRange(min=20), default=300, show_default=True, help="Images for the chain.")
@local_option("bench")
def bench(as_json: bool, images: int, name: str) -> None:
    """Measure time, requests and price of the local stack.

    Measures the deployed chain, the handlers, the bill, the cold start and the lake.
    """
    found = measured(name, images)
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        show(found, Console())


def measured(name: str, images: int) -> dict[str, Any]:
    """Everything, each part told as it begins."""
    found: dict[str, Any] = {"load_before": os.getloadavg()[0], "cores": os.cpu_count()}
    tell("measuring the lake")
    found["lake"] = growth()
    tell("measuring the cold start")
    found |= {"cold_start": cold_start(), "zips": zip_sizes()}
    tally = Tally()
    tally.listen()
    with ready(name) as it:
        tell("measuring the handlers")
        found |= {"overhead": overhead(), "inference": inference(it)}
        tell(f"sending {images} images through the chain")
        found["chain"] = chain(it, images)
        with held(it.stack):
            found["bills"] = [_billed(it, batches, count, tally, found["overhead"]) for batches, count in REHEARSED]
    return found | {"load_after": os.getloadavg()[0]}


def _billed(it: Ready, batches: Batches, count: int, tally: Tally, handlers: dict[str, dict[str, float]]) -> Any:
    tell(f"counting the requests of {count} images: {batches.name}")
    rehearsal = rehearse(it, count, batches, tally)
    kind = "ms_alone" if batches.inspection == 1 else "ms_per_image"
    rows = bill(rehearsal, batches, {handler: figures[kind] for handler, figures in handlers.items()})
    return {
        "batches": batches.name,
        "images": count,
        "item_bytes": rehearsal.item_bytes,
        "event_bytes": rehearsal.event_bytes,
        "log_bytes_per_image": rehearsal.log_bytes / count,
        "usd_per_million": total(rows),
        "rows": [asdict(row) for row in rows],
    }
