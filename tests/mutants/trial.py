"""Try mutants on copies of the tree, never in the tree itself."""

import compileall
import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import pytest

from tests.mutants.mutant import Mutant

LEFT_OUT = shutil.ignore_patterns(".git", ".*venv", ".*_cache", ".hypothesis", ".linewatch", "build", "__pycache__")
MUTANT_SECONDS = 120
UNCHANGED_SECONDS = 600

_OPTIONS = (
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "--hypothesis-seed=0",
    "-m",
    "not emulator and not browser and not long",
)
_PROCESSES = multiprocessing.get_context("forkserver")
_MOTO = [f"moto.{service}" for service in ("dynamodb", "events", "s3", "sns", "sqs")]
_LIBRARIES = ["boto3", "chalice", "httpx", "hypothesis", "numpy", "PIL.Image", "pydantic", "pytest", "stamina"]
_PROCESSES.set_forkserver_preload([*_LIBRARIES, *_MOTO])


class UnusableTests(Exception):
    """The tests fail without any change, so they prove nothing."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no test noticed, or that could not be tried."""

    mutant: Mutant
    reason: str


@dataclass(frozen=True, slots=True)
class TreeCopy:
    """A copy of the tree, in which one mutant at a time is tried."""

    root: Path

    def run(self, tests: Sequence[str], seconds: float) -> tuple[int | None, str]:
        """The exit status of pytest, None after the time limit, and the end of what it printed.

        The process is forked from one that has imported the libraries, which takes longer than most tests.
        """
        output = self.root.with_suffix(".txt")
        process = _PROCESSES.Process(target=_pytest, args=(str(self.root), list(tests), str(output)))
        process.start()
        process.join(seconds)
        status = process.exitcode
        process.kill()
        process.join()
        return status, output.read_text(errors="replace")[-4000:]

    def survivor(self, mutant: Mutant) -> Survivor | None:
        """None when a test failed because of the mutant. The file is as before afterwards."""
        file = self.root / mutant.file
        before, status = file.read_text(), file.stat()
        file.write_text(mutant.changed(self.root))
        try:
            outcome, output = self.run(mutant.tests, MUTANT_SECONDS)
        finally:
            file.write_text(before)
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        match outcome:
            case pytest.ExitCode.TESTS_FAILED:
                return None
            case pytest.ExitCode.OK:
                return Survivor(mutant, "no test noticed it")
            case None:
                return Survivor(mutant, f"the tests did not end within {MUTANT_SECONDS} seconds")
        return Survivor(mutant, f"the tests did not run: {output}")


def survivors(mutants: Sequence[Mutant], root: Path, echo: Callable[[str], object]) -> list[Survivor]:
    """Try each mutant on a copy of the tree at `root`; return those that no test noticed.

    First checks that every mutant applies (`OutdatedMutant`) and that the tests pass unchanged (`UnusableTests`).
    """
    for mutant in mutants:
        mutant.changed(root)
    with _copies(root, os.cpu_count() or 1) as copies, ThreadPoolExecutor(len(copies)) as pool:
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        list(pool.map(_require_passing, copies, [tests[at :: len(copies)] for at in range(len(copies))]))
        echo("the tests pass on the unchanged code")
        free: SimpleQueue[TreeCopy] = SimpleQueue()
        for copy in copies:
            free.put(copy)

        def attempt(mutant: Mutant) -> Survivor | None:
            copy = free.get()
            try:
                survivor = copy.survivor(mutant)
            finally:
                free.put(copy)
            echo(f"{'SURVIVED' if survivor else 'killed'}: {mutant.rule}")
            return survivor

        return [survivor for survivor in pool.map(attempt, mutants) if survivor]


def _require_passing(copy: TreeCopy, tests: Sequence[str]) -> None:
    if not tests:
        return
    outcome, output = copy.run(tests, UNCHANGED_SECONDS)
    if outcome != pytest.ExitCode.OK:
        raise UnusableTests(f"these tests do not pass on the unchanged code:\n{output}")


@contextmanager
def _copies(root: Path, count: int) -> Iterator[list[TreeCopy]]:
    with TemporaryDirectory(prefix="mutants-") as scratch:
        first, *others = [TreeCopy(Path(scratch) / str(number)) for number in range(count)]
        shutil.copytree(root, first.root, ignore=LEFT_OUT)
        compileall.compile_dir(first.root, quiet=2)
        for copy in others:
            shutil.copytree(first.root, copy.root)
        yield [first, *others]


def _pytest(root: str, tests: list[str], output: str) -> None:
    """Run pytest in this process, with the modules of the copy only."""
    os.chdir(root)
    sys.path[:] = [root, *(folder for folder in sys.path if "site-packages" in folder or "lib/python" in folder)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    sys.dont_write_bytecode = True  # so that the bytecode of a mutant can never be taken for that of the real file
    with Path(output).open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    raise SystemExit(pytest.main([*_OPTIONS, *tests]))
