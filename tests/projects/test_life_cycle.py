"""Whatever calls come and wherever their workers die: no version moves illegally, and a person can go on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.core.errors import InvalidRequest, NotFound
from chalicelib.projects.domain import DatasetStatus, DatasetType, ModelStatus
from chalicelib.projects.errors import Conflict, QuotaExceeded
from chalicelib.projects.life_cycle import FOLLOWING, RUNNING
from chalicelib.projects.ports import Answer
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.training import fail_overdue_trainings, fail_training
from tests.projects.mortal import Death, killed
from tests.projects.world import World, line, lines
from tests.support.fake_projects import FakeRegistry

type Work = Callable[[World], object]

_REFUSALS = (Conflict, QuotaExceeded, NotFound, InvalidRequest)
_versions = st.sampled_from(["1", "2", "latest"])
_workers = st.sampled_from(["w1", "w2"])
_tokens = st.sampled_from([None, None, "t1", "t2"])
_sets = st.sampled_from(DatasetType)


def _train(worker: str, good: bool) -> Work:
    def work(world: World) -> None:
        model = world.record.training
        if model is None or world.begin(number := model.version, worker) is None:
            return
        if good:
            world.end(number, worker)
        else:
            fail_training("plates", number, worker, "bad images", registry=world.registry, clock=world.clock)

    return work


_hosting: st.SearchStrategy[Work] = st.one_of(
    st.builds(lambda version, token: lambda world: world.start_model(version, token), _versions, _tokens),
    st.builds(lambda version, token: lambda world: world.stop_model(version, token), _versions, _tokens),
)
_training: st.SearchStrategy[Work] = st.one_of(
    st.builds(lambda token: lambda world: world.create_model(token), _tokens),
    st.builds(_train, _workers, st.sampled_from([True, True, True, False])),
)
_others: st.SearchStrategy[Work] = st.one_of(
    st.builds(lambda token: lambda world: world.create_project(token), _tokens),
    st.builds(lambda token: lambda world: world.delete_project(token), _tokens),
    st.builds(lambda of, token: lambda world: world.create_dataset(of, lines(20, 10), token), _sets, _tokens),
    st.builds(lambda of, token: lambda world: world.update_entries(line(99).encode(), of, token), _sets, _tokens),
    st.builds(lambda of, token: lambda world: world.delete_dataset(of, token), _sets, _tokens),
    st.just(lambda world: world.import_model()),
    st.builds(lambda version, token: lambda world: world.delete_model(version, token), _versions, _tokens),
    st.just(lambda world: fail_overdue_trainings(registry=world.registry, clock=world.clock)),
)
_work = st.one_of(_hosting, _training, _others)


@dataclass
class WatchedRegistry(FakeRegistry):
    """Checks each change of a version."""

    numbers: set[int] = field(default_factory=set)

    def commit(self, before: ProjectRecord, after: ProjectRecord, answer: Answer | None, *, at: datetime) -> bool:
        stored = super().commit(before, after, answer, at=at)
        if stored:
            self._check(before, after)
        return stored

    def _check(self, before: ProjectRecord, after: ProjectRecord) -> None:
        for number in after.models.keys() - before.models.keys():
            assert number not in self.numbers, "a number is used twice"
            assert after.models[number].status in {ModelStatus.TRAINING, ModelStatus.TRAINED}
            self.numbers.add(number)
        for number in before.models.keys() - after.models.keys():
            assert before.models[number].status is ModelStatus.DELETING
        for number in before.models.keys() & after.models.keys():
            was, becomes = before.models[number].status, after.models[number].status
            assert was is becomes or becomes in FOLLOWING[was]


class LifeCycle(RuleBasedStateMachine):
    """Calls of several clients and workers, some of which are killed."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = WatchedRegistry()
        self.world = World(registry=self.registry)
        self.do(lambda world: world.create_project())
        self.do(lambda world: world.create_dataset(manifest=lines(20, 10)))

    def do(self, work: Work, death: Death | None = None) -> None:
        with suppress(*_REFUSALS):
            killed(self.world, work, death or Death(1000, after=False))

    @rule(work=_work)
    def work(self, work: Work) -> None:
        self.do(work)

    @rule(work=_work, calls=st.integers(0, 12), after=st.booleans())
    def die(self, work: Work, calls: int, after: bool) -> None:
        self.do(work, Death(calls, after))

    @rule(seconds=st.sampled_from([1, 60, 3600, 9 * 3600]))
    def wait(self, seconds: int) -> None:
        self.world.clock.pass_by(seconds)

    @invariant()
    def one_version_is_trained_at_a_time(self) -> None:
        statuses = [each.status for each in self.world.record.models.values()]
        assert statuses.count(ModelStatus.TRAINING) <= 1

    @invariant()
    def what_is_hosted_has_a_file(self) -> None:
        for number, model in self.world.record.models.items():
            assert model.status is not ModelStatus.HOSTED or self.world.files.exists("plates", number)

    @invariant()
    def the_pipeline_uses_no_version_that_has_stopped(self) -> None:
        live = self.world.live.live.get("plates")
        model = None if live is None else self.world.record.models.get(int(live))
        assert live is None or (model is not None and model.status in {*RUNNING, ModelStatus.STOPPING_HOSTING})

    @invariant()
    def a_data_set_has_its_entries(self) -> None:
        for of, dataset in self.world.record.datasets.items():
            if dataset.status is not DatasetStatus.DELETE_IN_PROGRESS:
                assert self.world.entries.read("plates", of, dataset.revision) is not None

    def teardown(self) -> None:
        """A person follows the messages until nothing is left."""
        self.world.clock.pass_by(2 * 3600)
        fail_overdue_trainings(registry=self.world.registry, clock=self.world.clock)
        for number in list(self.world.record.models):
            self.remove(str(number))
        for of in list(self.world.record.datasets):
            self.world.delete_dataset(of)
        if self.world.record.project is not None:
            self.world.delete_project()
        assert not self.world.entries.revisions
        assert self.world.live.live.get("plates") is None

    def remove(self, version: str) -> None:
        status = self.world.record.model(version).status
        if status is ModelStatus.STARTING_HOSTING:
            self.world.start_model(version)
        if self.world.record.model(version).status in {ModelStatus.HOSTED, ModelStatus.STOPPING_HOSTING}:
            self.world.stop_model(version)
        self.world.delete_model(version)


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = settings(max_examples=60, stateful_step_count=40)
