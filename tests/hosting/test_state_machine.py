"""Whatever people ask for and however AWS behaves: in the end there is what is wanted, and never a wrong promise."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.hosting.domain import HostingBusy, Reading, Workers
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.errors import Conflict
from tests.hosting.test_follow import with_sleeper
from tests.projects.mortal import Death, killed
from tests.projects.world import World, a_project
from tests.support.fake_hosting import FakeMappings, queue_of

QUEUE = queue_of("plates")
HOSTED, TRAINED = ModelStatus.HOSTED, ModelStatus.TRAINED


@dataclass
class MoodyMappings(FakeMappings):
    """Each of the next calls fails, is throttled, or works, as `moods` say."""

    moods: list[str] = field(default_factory=list)

    def _mood(self) -> None:
        match self.moods.pop(0) if self.moods else "":
            case "fails":
                raise ConnectionError("AWS is down")
            case "throttles":
                raise HostingBusy("TooManyRequestsException")

    def all(self) -> Mapping[str, Workers]:
        self._mood()
        return super().all()

    def find(self, queue: str) -> Workers | None:
        self._mood()
        return super().find(queue)

    def create(self, queue: str, most: int) -> Workers:
        self._mood()
        return super().create(queue, most)

    def start(self, workers: Workers, most: int) -> Workers:
        made = super().start(workers, most)
        self._mood()
        return made

    def stop(self, workers: Workers) -> Workers:
        made = super().stop(workers)
        self._mood()
        return made


class Followed(RuleBasedStateMachine):
    """People start, stop, promote and roll back two versions, runs follow, some are killed, some overtaken."""

    def __init__(self) -> None:
        super().__init__()
        self.mappings = MoodyMappings()
        self.world = a_project()
        self.world.mappings = self.mappings
        self.people = with_sleeper(self.world)
        for _ in range(2):
            self.world.import_model()

    def follow(self, death: Death | None = None) -> None:
        with suppress(ConnectionError):
            killed(self.world, lambda mortal: mortal.follow(), death or Death(1000, after=False))

    @rule(version=st.sampled_from(["1", "2"]), units=st.integers(1, 3))
    def start(self, version: str, units: int) -> None:
        self.world.clock.pass_by(1)
        with suppress(Conflict):
            self.people.start_model(version, units=units)

    @rule(version=st.sampled_from(["1", "2"]))
    def stop(self, version: str) -> None:
        with suppress(Conflict):
            self.people.stop_model(version)

    @rule(version=st.sampled_from(["1", "2"]))
    def promote(self, version: str) -> None:
        self.world.clock.pass_by(1)
        with suppress(Conflict):
            self.people.promote_model(version)

    @rule()
    def roll_back(self) -> None:
        self.world.clock.pass_by(1)
        with suppress(Conflict):
            self.people.roll_back_model()

    @rule(failing=st.sampled_from([0, 1, 2]))
    def damage(self, failing: int) -> None:
        """From now on this version fails its test, and the others pass."""
        self.world.check.failures = {("plates", failing): "damaged"}

    @rule()
    def run(self) -> None:
        self.follow()

    @rule(calls=st.integers(0, 15), after=st.booleans())
    def die(self, calls: int, after: bool) -> None:
        self.follow(Death(calls, after))

    @rule(calls=st.integers(0, 12), call=st.sampled_from(["start", "stop"]), version=st.sampled_from(["1", "2"]))
    def be_overtaken(self, calls: int, call: str, version: str) -> None:
        """A person acts, and a whole other run follows, between two calls of a run."""

        def others() -> None:
            getattr(self, call)(version, **({"units": 1} if call == "start" else {}))
            self.follow()

        with suppress(ConnectionError):
            overtaken_at(self.world, calls, others).follow()

    @rule(slow=st.booleans(), moods=st.lists(st.sampled_from(["", "fails", "throttles"]), max_size=4))
    def change_mood(self, slow: bool, moods: list[str]) -> None:
        self.mappings.slow, self.mappings.moods = slow, moods

    @rule()
    def wait(self) -> None:
        self.mappings.time_passes()

    @invariant()
    def a_hosted_version_has_a_live_one(self) -> None:
        statuses = [each.status for each in self.world.record.models.values()]
        if HOSTED in statuses:
            assert self.world.live.live.get("plates") is not None
        if set(statuses) == {TRAINED}:
            assert self.world.live.live.get("plates") is None

    def teardown(self) -> None:
        """AWS is in a good mood again."""
        self.mappings.slow, self.mappings.moods = False, []
        self.world.check.failures = {}
        for _ in range(3):
            self.mappings.time_passes()
            for project in self.world.hosting.unfinished():
                self.world.follow(project)
        record, workers = self.world.record, self.mappings.mappings.get(QUEUE)
        assert {each.status for each in record.models.values()} <= {HOSTED, TRAINED, ModelStatus.HOSTING_FAILED}
        reading = workers is not None and workers.reading is Reading.ON
        assert reading == (record.live is not None)
        live = None if record.live is None else str(record.live.version)
        assert self.world.live.live.get("plates") == live
        failed = any(each.status is ModelStatus.HOSTING_FAILED for each in record.models.values())
        assert self.world.hosting.unfinished() == ({"plates"} if failed else set())


@dataclass
class Counted:
    """A port before whose `left`-th call, counted over all ports, somebody else works."""

    port: Any
    left: list[int]
    work: Callable[[], None]

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.port, name)
        if not callable(method):
            return method

        def call(*arguments: Any, **options: Any) -> Any:
            self.left[0] -= 1
            if self.left[0] == -1:
                self.work()
            return method(*arguments, **options)

        return call


def overtaken_at(world: World, calls: int, work: Callable[[], None]) -> World:
    """The world for one run, in which others work before its `calls`-th call from 0."""
    left, ports = [calls], ("registry", "files", "live", "queues", "mappings", "check", "bus")
    overtaken: dict[str, Any] = {name: Counted(getattr(world, name), left, work) for name in ports}
    return World(clock=world.clock, **overtaken)


TestFollowed = Followed.TestCase
TestFollowed.settings = settings(max_examples=150, stateful_step_count=30)
