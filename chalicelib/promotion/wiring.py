"""Builds the capability of comparisons, promotions and retraining."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from chalicelib.aws.platform import Platform
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.models.wiring import ModelsWiring
from chalicelib.projects.wiring import ProjectsWiring
from chalicelib.reviews.wiring import ReviewsWiring

if TYPE_CHECKING:
    from chalicelib.projects.domain import ModelVersion
    from chalicelib.projects.policy import PromotionPolicy
    from chalicelib.promotion.compare import Comparing, Progress
    from chalicelib.promotion.domain import Comparison, Outcome, Plan, Replay, Trained
    from chalicelib.promotion.labels import Learned
    from chalicelib.promotion.ports import Comparisons, ReplayQueue
    from chalicelib.promotion.replay import Workbench
    from chalicelib.promotion.retrain import Retrained, Retraining


class PromotionWiring:
    """The files and the queue of comparisons, and the use cases."""

    def __init__(
        self,
        platform: Platform,
        projects: ProjectsWiring,
        models: ModelsWiring,
        inspections: InspectionsWiring,
        reviews: ReviewsWiring,
    ) -> None:
        self.platform = platform
        self._projects = projects
        self._models = models
        self._inspections = inspections
        self._reviews = reviews

    @cached_property
    def comparisons(self) -> "Comparisons":
        """The files of comparisons in the bucket."""
        from chalicelib.promotion.s3 import S3Comparisons

        return S3Comparisons(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def queue(self) -> "ReplayQueue":
        """The queue of what there is to do."""
        from chalicelib.promotion.sqs import SQSReplayQueue

        return SQSReplayQueue(self.platform.queues, self.platform.settings.name("replays"))

    @cached_property
    def comparing(self) -> "Comparing":
        """What comparisons work on."""
        from chalicelib.promotion.compare import Comparing
        from chalicelib.promotion.subjects import Archive

        return Comparing(
            registry=self._projects.registry,
            comparisons=self.comparisons,
            queue=self.queue,
            archive=Archive(self._inspections.table, self._reviews.all),
            clock=self.platform.clock,
        )

    @cached_property
    def workbench(self) -> "Workbench":
        """What judging images needs."""
        from chalicelib.promotion.replay import Workbench

        return Workbench(
            comparing=self.comparing,
            images=self._inspections.images,
            models=self._models.registry,
            entries=self._projects.entries,
            decide=self.decide,
        )

    @cached_property
    def estimate(self) -> "Callable[..., Plan]":
        """How much a comparison would be."""
        from chalicelib.promotion.compare import estimate

        return partial(estimate, comparing=self.comparing)

    @cached_property
    def begin_comparison(self) -> "Callable[..., Comparison]":
        """Have two versions compared."""
        from chalicelib.promotion.compare import begin_comparison

        return partial(begin_comparison, comparing=self.comparing)

    @cached_property
    def show_comparison(self) -> "Callable[..., Progress]":
        """How a comparison stands."""
        from chalicelib.promotion.compare import show_comparison

        return partial(show_comparison, comparing=self.comparing)

    @cached_property
    def list_comparisons(self) -> "Callable[..., list[Progress]]":
        """The comparisons of a project."""
        from chalicelib.promotion.compare import list_comparisons

        return partial(list_comparisons, comparing=self.comparing)

    @cached_property
    def replay(self) -> "Callable[[Replay], None]":
        """Do a part of the work of a comparison."""
        from chalicelib.promotion.replay import replay

        return partial(replay, workbench=self.workbench)

    @cached_property
    def retraining(self) -> "Retraining":
        """What retraining works on."""
        from chalicelib.promotion.retrain import Retraining

        projects = self._projects
        return Retraining(
            comparing=self.comparing,
            entries=projects.entries,
            update_entries=projects.update_entries,
            create_model=projects.create_model,
        )

    @cached_property
    def retrain(self) -> "Callable[..., Retrained]":
        """Train the next version on the data set with the reviews."""
        from chalicelib.promotion.retrain import retrain

        return partial(retrain, retraining=self.retraining)

    @cached_property
    def preview(self) -> "Callable[..., Learned]":
        """What a retraining would learn."""
        from chalicelib.promotion.retrain import preview

        return partial(preview, retraining=self.retraining)

    @cached_property
    def show_learned(self) -> "Callable[..., Learned]":
        """What a version learned from reviews."""
        from chalicelib.promotion.retrain import show_learned

        return partial(show_learned, comparing=self.comparing)

    @cached_property
    def propose(self) -> "Callable[[Trained], None]":
        """Have a retrained version compared."""
        from chalicelib.promotion.retrain import propose

        return partial(propose, comparing=self.comparing)

    @cached_property
    def promote(self) -> "Callable[..., ModelVersion]":
        """Put a version in the place of the hosted one."""
        from chalicelib.projects.promote import promote_model
        from chalicelib.promotion.promote import promote

        return partial(
            promote, comparisons=self.comparisons, promote_model=partial(promote_model, **self._ports_of_hosting)
        )

    @cached_property
    def decide(self) -> "Callable[[Comparison, Outcome], None]":
        """Have the promotion policy decide."""
        from chalicelib.projects.promote import promote_by_policy
        from chalicelib.promotion.policy import decide

        return partial(
            decide,
            comparisons=self.comparisons,
            registry=self._projects.registry,
            promote_by_policy=partial(promote_by_policy, **self._ports_of_hosting),
            clock=self.platform.clock,
        )

    @cached_property
    def set_policy(self) -> "Callable[..., PromotionPolicy | None]":
        """Set who promotes."""
        from chalicelib.promotion.policy import set_policy

        return partial(set_policy, registry=self._projects.registry, clock=self.platform.clock)

    @cached_property
    def show_policy(self) -> "Callable[..., PromotionPolicy | None]":
        """Who promotes."""
        from chalicelib.promotion.policy import show_policy

        return partial(show_policy, registry=self._projects.registry)

    @cached_property
    def roll_back(self) -> "Callable[..., ModelVersion]":
        """Host the version before again."""
        from chalicelib.projects.promote import roll_back_model

        return partial(roll_back_model, **self._ports_of_hosting)

    @property
    def _ports_of_hosting(self) -> dict[str, Any]:
        projects = self._projects
        return {"registry": projects.registry, "waker": projects.waker, "clock": self.platform.clock}
