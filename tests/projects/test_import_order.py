"""A manifest is imported once, in whichever order S3 announces it and whoever dies on the way."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

from chalicelib.projects.import_manifest import ManifestImport
from tests.projects.mortal import deaths, overtaken
from tests.projects.puts import KEY, Bench
from tests.projects.world import a_trainable_project, line, lines
from tests.support.interleaving import Died


def dated(number: int, label: str, day: int) -> str:
    """A line that was labelled on this day."""
    return line(number, label).replace("2026-03-14", f"2026-03-{day:02}")


def test_the_same_announcement_twice_changes_nothing_more() -> None:
    bench = Bench()
    put = bench.put(lines(2, 0))
    bench.run(put)
    after = bench.world.record
    bench.run(put)
    assert bench.world.record == after
    bench.manifests.results.clear()
    result = bench.run(put)
    assert bench.world.record == after
    assert result is not None
    assert result["images"]["added"] == 2


def test_an_old_announcement_does_not_bring_back_labels_that_were_changed_since() -> None:
    bench = Bench()
    put = bench.put(line(1).encode())
    bench.run(put)
    bench.world.update_entries(line(1, "anomaly").encode())
    bench.world.clock.now += timedelta(days=1)
    bench.run(put)
    assert bench.stored() == [line(1, "anomaly")]


def test_putting_the_same_content_again_imports_it_again() -> None:
    bench = Bench()
    bench.run(bench.put(line(1).encode()))
    bench.world.update_entries(line(1, "anomaly").encode())
    bench.run(bench.put(line(1).encode()))
    assert bench.stored() == [line(1)]


def test_a_manifest_that_was_replaced_or_deleted_is_left_alone() -> None:
    bench = Bench()
    first = bench.put(line(1).encode())
    second = bench.put(line(2).encode())
    assert bench.run(first) is None
    assert bench.run(second) is not None
    assert bench.stored() == [line(2)]
    third = bench.put(line(3).encode(), KEY.replace("first", "third"))
    bench.manifests.objects.clear()
    assert bench.run(third) is None
    assert bench.stored() == [line(2)]


def test_a_manifest_that_is_replaced_during_its_import_does_not_win() -> None:
    """The import of the newer object is faster."""
    bench = Bench()
    first = bench.put(line(1).encode())

    def replace_and_import() -> None:
        second = bench.put(line(1, "anomaly").encode())
        ManifestImport(bench.world.storage, bench.manifests)(second)

    entries: Any = overtaken(bench.world.entries, "write", replace_and_import)
    ManifestImport(replace(bench.world.storage, entries=entries), bench.manifests)(first)
    assert bench.stored() == [line(1, "anomaly")]
    result = bench.result(first)
    assert result is not None
    assert result["data_set"]["anomaly"] == 1


def test_the_newest_labels_stay_in_whichever_order_manifests_come_and_however_often() -> None:
    contents = [f"{dated(1, 'normal', day)}\n{dated(day, 'normal', day)}".encode() for day in (2, 3)]
    contents.append(f"{dated(1, 'anomaly', 4)}\n{line(5, None)}".encode())
    ends = set()
    for order in permutations(range(3)):
        bench = Bench()
        puts = [bench.put(content, KEY.replace("first", str(at))) for at, content in enumerate(contents)]
        for at in (*order, *order[:2]):
            bench.run(puts[at])
        ends.add(frozenset(bench.stored()))
    [end] = ends
    assert dated(1, "anomaly", 4) in end
    assert len(end) == 4


def test_a_line_without_a_label_takes_none_away() -> None:
    """As in the output of a labelling job that goes on."""
    bench = Bench()
    bench.run(bench.put(line(1).encode()))
    result = bench.run(bench.put(line(1, None).encode()))
    assert result is not None
    assert result["images"]["kept"] == 1
    assert bench.stored() == [line(1)]


def test_whoever_is_killed_in_an_import_is_followed_by_one_who_ends_it_once() -> None:
    killed = 0
    for death in deaths():
        bench = Bench(a_trainable_project())
        put = bench.put(f"{line(0, 'anomaly')}\n{line(99)}".encode())
        try:
            bench.run(put, death)
        except Died:
            killed += 1
            bench.run(put)
        result = bench.result(put)
        assert result is not None
        assert result["images"] == {"added": 1, "replaced": 1, "unchanged": 0, "kept": 0}
        assert len(bench.stored()) == 31
    assert killed > 10
