"""`linewatch measure bench`: measure the time, requests and price of Linewatch."""

import json
import os
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console

from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import echo
from linewatch.cost.billing import bill, total
from linewatch.cost.counted import FULL, SINGLE_URLS, SINGLY, Batches, Replay, keep
from linewatch.dev.bench.chain import chain
from linewatch.dev.bench.coldstart import cold_start
from linewatch.dev.bench.event_sources import paused
from linewatch.dev.bench.fixture import Fixture, start_fixture
from linewatch.dev.bench.lake import growth
from linewatch.dev.bench.model import inference
from linewatch.dev.bench.overhead import overhead
from linewatch.dev.bench.replay import replay_images
from linewatch.dev.bench.request_counter import RequestCounter
from linewatch.dev.bench.sizes import zip_sizes
from linewatch.dev.bench.tables import show

REPLAYED = ((FULL, 1000), (SINGLE_URLS, 200), (SINGLY, 50))
"""The number of images that are replayed with each batch size."""


@click.command()
@json_option
@click.option(
    "--images", type=click.IntRange(min=20), default=300, show_default=True, help="Images to send through the chain."
)
@click.option("--keep", "kept", is_flag=True, help="Keep the counts, from which `measure cost` computes prices.")
@local_option("bench")
def bench(as_json: bool, images: int, kept: bool, name: str) -> None:
    """Measure time, requests and price of the local stack.

    Measures the deployed chain, the handlers, the bill, the cold start and the lake.
    """
    figures, replays = measured(name, images)
    if kept:
        keep(replays)
    if as_json:
        click.echo(json.dumps(figures, indent=1))
    else:
        show(figures, Console())


def measured(name: str, images: int) -> tuple[dict[str, Any], dict[str, Replay]]:
    """All figures, and the counted requests by the name of their batches. Prints a line before each part."""
    results: dict[str, Any] = {"load_before": os.getloadavg()[0], "cores": os.cpu_count()}
    echo("measuring the lake")
    results["lake"] = growth()
    echo("measuring the cold start")
    results |= {"cold_start": cold_start(), "zips": zip_sizes()}
    counter = RequestCounter()
    with start_fixture(name, echo) as fixture:
        counter.listen(fixture.linewatch.platform.clients.session)
        echo("measuring the handlers")
        results |= {"overhead": overhead(), "inference": inference(fixture)}
        echo(f"sending {images} images through the chain")
        results["chain"] = chain(fixture, images)
        with paused(fixture.stack):
            replays = {
                batches.name: _replayed(fixture, batches, count, counter, results["overhead"])
                for batches, count in REPLAYED
            }
    results["bills"] = [_billed(replays[batches.name], batches) for batches, _ in REPLAYED]
    return results | {"load_after": os.getloadavg()[0]}, replays


def _replayed(
    fixture: Fixture, batches: Batches, count: int, counter: RequestCounter, handlers: dict[str, dict[str, float]]
) -> Replay:
    echo(f"counting the requests of {count} images: {batches.name}")
    alone = {"api_handler": batches.urls == 1}
    own = {
        handler: figures["ms_alone" if alone.get(handler, batches.inspection == 1) else "ms_per_image"]
        for handler, figures in handlers.items()
    }
    return replay_images(fixture, count, batches, counter, own)


def _billed(replay: Replay, batches: Batches) -> dict[str, Any]:
    rows = bill(replay, batches)
    return {
        "batches": batches.name,
        "images": replay.images,
        "item_bytes": replay.item_bytes,
        "event_bytes": replay.event_bytes,
        "log_bytes_per_image": replay.log_bytes / replay.images,
        "usd_per_million": total(rows),
        "rows": [asdict(row) for row in rows],
    }
