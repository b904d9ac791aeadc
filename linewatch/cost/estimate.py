"""What a stage will cost: at rest, and for a million images with batch URLs and full batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linewatch.conditions import holds
from linewatch.cost import at_rest, billing
from linewatch.cost.counted import FULL, kept
from linewatch.cost.prices import PER_GB_ARCHIVED


@dataclass(frozen=True, slots=True)
class Estimate:
    """USD a month without images, with its rows, and USD a million images without decoding and the model."""

    rows: list[at_rest.AtRest]
    a_month: float
    a_million_images: float


def estimate(template: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Estimate:
    """The estimate for a template. `given` are values of parameters; the others have their defaults."""
    values = at_rest.values_of(template, given)
    rows = at_rest.at_rest(template, values)
    images = billing.total(billing.bill(kept()[FULL.name], FULL, traced=at_rest.traced(values)))
    return Estimate(rows, at_rest.total(rows), images + _archived(template, values))


def _archived(template: Mapping[str, Any], values: Mapping[str, Any]) -> float:
    """Every event once more in each archive of the bus."""
    archives = [
        resource
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Events::Archive"
        and holds(resource.get("Condition"), template.get("Conditions", {}), values)
    ]
    return len(archives) * kept()[FULL.name].event_bytes / 1e9 * 1e6 * PER_GB_ARCHIVED
