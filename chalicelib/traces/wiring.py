"""Builds the capability of traces."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.alerts.wiring import AlertsWiring
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.lake.wiring import LakeWiring

if TYPE_CHECKING:
    from chalicelib.traces.trace import Trace


class TracesWiring:
    """The use case, on the inspections, the ledger of alerts and the lake."""

    def __init__(self, inspections: InspectionsWiring, alerts: AlertsWiring, lake: LakeWiring) -> None:
        self._inspections = inspections
        self._alerts = alerts
        self._lake = lake

    @cached_property
    def trace_image(self) -> "Callable[..., Trace]":
        """Trace one image."""
        from chalicelib.traces.trace import trace_image

        return partial(
            trace_image, inspections=self._inspections.table, claims=self._alerts.ledger, lake=self._lake.store
        )
