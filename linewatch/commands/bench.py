"""`linewatch measure bench`: what Linewatch costs, in time, requests and bytes."""

import json
import os
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console

from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import tell
from linewatch.dev.bench.billing import bill, total
from linewatch.dev.bench.chain import chain
from linewatch.dev.bench.coldstart import cold_start
from linewatch.dev.bench.event_sources import held
from linewatch.dev.bench.fixture import Ready, ready
from linewatch.dev.bench.lake import growth
from linewatch.dev.bench.model import inference
from linewatch.dev.bench.overhead import overhead
from linewatch.dev.bench.replay import FULL, SINGLE_URLS, SINGLY, Batches, replay_images
from linewatch.dev.bench.request_counter import RequestCounter
from linewatch.dev.bench.sizes import zip_sizes
from linewatch.dev.bench.tables import show

REPLAYED = ((FULL, 1000), (SINGLE_URLS, 200), (SINGLY, 50))
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
    counter = RequestCounter()
    with ready(name) as it:
        counter.listen(it.linewatch.platform.clients.session)
        tell("measuring the handlers")
        found |= {"overhead": overhead(), "inference": inference(it)}
        tell(f"sending {images} images through the chain")
        found["chain"] = chain(it, images)
        with held(it.stack):
            found["bills"] = [_billed(it, batches, count, counter, found["overhead"]) for batches, count in REPLAYED]
    return found | {"load_after": os.getloadavg()[0]}


def _billed(
    it: Ready, batches: Batches, count: int, counter: RequestCounter, handlers: dict[str, dict[str, float]]
) -> Any:
    tell(f"counting the requests of {count} images: {batches.name}")
    replay = replay_images(it, count, batches, counter)
    kind = "ms_alone" if batches.inspection == 1 else "ms_per_image"
    rows = bill(replay, batches, {handler: figures[kind] for handler, figures in handlers.items()})
    return {
        "batches": batches.name,
        "images": count,
        "item_bytes": replay.item_bytes,
        "event_bytes": replay.event_bytes,
        "log_bytes_per_image": replay.log_bytes / count,
        "usd_per_million": total(rows),
        "rows": [asdict(row) for row in rows],
    }
