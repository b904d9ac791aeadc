"""The composition of Linewatch: every capability, built on one platform."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform

if TYPE_CHECKING:
    from chalicelib.access.domain import Grant
    from chalicelib.access.wiring import AccessWiring
    from chalicelib.administration.wiring import AdministrationWiring
    from chalicelib.alerts.wiring import AlertsWiring
    from chalicelib.daily.wiring import DailyWiring
    from chalicelib.drift.wiring import DriftWiring
    from chalicelib.hosting.wiring import HostingWiring
    from chalicelib.inspections.wiring import InspectionsWiring
    from chalicelib.lake.wiring import LakeWiring
    from chalicelib.lookout.wiring import LookoutWiring
    from chalicelib.models.wiring import ModelsWiring
    from chalicelib.page.wiring import PageWiring
    from chalicelib.people.wiring import PeopleWiring
    from chalicelib.projects.wiring import ProjectsWiring
    from chalicelib.promotion.wiring import PromotionWiring
    from chalicelib.recovery.wiring import RecoveryWiring
    from chalicelib.reviews.wiring import ReviewsWiring
    from chalicelib.shadow.wiring import ShadowWiring
    from chalicelib.shifts.wiring import ShiftsWiring
    from chalicelib.thresholds.wiring import ThresholdsWiring
    from chalicelib.traces.wiring import TracesWiring
    from chalicelib.uploads.wiring import UploadsWiring


class Linewatch:
    """The capabilities of one deployment. Each is made on first use.

    A test builds it on its own platform and replaces a port by assigning a fake, before the first use of the use
    cases that need the port: `linewatch.inspections.table = FakeInspections()`.
    """

    def __init__(self, platform: Platform | None = None) -> None:
        self.platform = platform or Platform()

    @cached_property
    def access(self) -> "AccessWiring":
        """Access keys and what they allow."""
        from chalicelib.access.wiring import AccessWiring

        return AccessWiring(self.platform)

    @cached_property
    def people(self) -> "PeopleWiring":
        """People and their accounts."""
        from chalicelib.people.wiring import PeopleWiring

        return PeopleWiring(self.platform, self.access)

    @cached_property
    def administration(self) -> "AdministrationWiring":
        """The keys of projects, and the settings of the stage."""
        from chalicelib.administration.wiring import AdministrationWiring

        return AdministrationWiring(self.platform, self.access)

    @cached_property
    def uploads(self) -> "UploadsWiring":
        """Presigned uploads."""
        from chalicelib.uploads.wiring import UploadsWiring

        return UploadsWiring(self.platform)

    @cached_property
    def models(self) -> "ModelsWiring":
        """The models that inspect images."""
        from chalicelib.models.wiring import ModelsWiring

        return ModelsWiring(self.platform)

    @cached_property
    def projects(self) -> "ProjectsWiring":
        """Projects, data sets and model versions."""
        from chalicelib.projects.wiring import ProjectsWiring

        return ProjectsWiring(self.platform, self.models, self._forget)

    def _forget(self, project: str, grant: "Grant") -> None:
        self.alerts.forget_rules(project, grant)
        self.shifts.forget_calendar(project)

    @cached_property
    def shifts(self) -> "ShiftsWiring":
        """Shift calendars."""
        from chalicelib.shifts.wiring import ShiftsWiring

        return ShiftsWiring(self.platform, self.projects, self.inspections)

    @cached_property
    def hosting(self) -> "HostingWiring":
        """The queues of projects and who reads them."""
        from chalicelib.hosting.wiring import HostingWiring

        return HostingWiring(self.platform, self.projects, self.models)

    @cached_property
    def inspections(self) -> "InspectionsWiring":
        """Images and their verdicts."""
        from chalicelib.inspections.wiring import InspectionsWiring

        return InspectionsWiring(self.platform, self.models)

    @cached_property
    def reviews(self) -> "ReviewsWiring":
        """What people say of verdicts."""
        from chalicelib.reviews.wiring import ReviewsWiring

        return ReviewsWiring(self.platform, self.projects, self.inspections, self.shifts)

    @cached_property
    def promotion(self) -> "PromotionWiring":
        """Comparisons, promotions and retraining."""
        from chalicelib.promotion.wiring import PromotionWiring

        return PromotionWiring(self.platform, self.projects, self.models, self.inspections, self.reviews)

    @cached_property
    def shadow(self) -> "ShadowWiring":
        """Shadow runs of versions."""
        from chalicelib.shadow.wiring import ShadowWiring

        return ShadowWiring(self.platform, self.promotion)

    @cached_property
    def thresholds(self) -> "ThresholdsWiring":
        """Thresholds of versions."""
        from chalicelib.thresholds.wiring import ThresholdsWiring

        return ThresholdsWiring(self.platform, self.projects)

    @cached_property
    def alerts(self) -> "AlertsWiring":
        """Alerts and digests."""
        from chalicelib.alerts.wiring import AlertsWiring

        return AlertsWiring(self.platform, self.shifts)

    @cached_property
    def lake(self) -> "LakeWiring":
        """The Parquet lake."""
        from chalicelib.lake.wiring import LakeWiring

        return LakeWiring(self.platform)

    @cached_property
    def traces(self) -> "TracesWiring":
        """What happened to one image."""
        from chalicelib.traces.wiring import TracesWiring

        return TracesWiring(self.inspections, self.alerts, self.lake)

    @cached_property
    def drift(self) -> "DriftWiring":
        """Cameras that changed."""
        from chalicelib.drift.wiring import DriftWiring

        return DriftWiring(self.platform, self.lake)

    @cached_property
    def daily(self) -> "DailyWiring":
        """Daily reports."""
        from chalicelib.daily.wiring import DailyWiring

        return DailyWiring(self.platform, self.lake, self.shifts, self.drift)

    @cached_property
    def recovery(self) -> "RecoveryWiring":
        """Dead letters, and the comparison of bucket, table and lake."""
        from chalicelib.recovery.wiring import RecoveryWiring

        return RecoveryWiring(self.platform, self.inspections, self.lake)

    @cached_property
    def lookout(self) -> "LookoutWiring":
        """The Lookout for Vision API."""
        from chalicelib.lookout.wiring import LookoutWiring

        return LookoutWiring(self.platform, self.access, self.projects)

    @cached_property
    def page(self) -> "PageWiring":
        """The page in the browser."""
        from chalicelib.page.wiring import PageWiring

        return PageWiring(self.platform, self.people)
