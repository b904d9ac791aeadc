"""The runner finds out which mutants fail no test, and leaves the tree as it is."""

from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant, OutdatedMutant, listed
from tests.mutants.trial import UnusableTests, survivors

CODE = "def larger(a, b):\n    return a if a > b else b\n"
TEST = "from code_under_test import larger\n\ndef test_larger():\n    assert larger(1, 2) == 2\n"


def a_mutant(old: str = ">", new: str = "<", tests: tuple[str, ...] = ("test_code.py",)) -> Mutant:
    return Mutant(rule="the larger number wins", file="code_under_test.py", old=old, new=new, tests=tests)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "code_under_test.py").write_text(CODE)
    (tmp_path / "test_code.py").write_text(TEST)
    return tmp_path


def test_a_mutant_that_fails_no_test_survives_and_the_tree_stays_as_it_is(tree: Path) -> None:
    noticed, unnoticed, broken = a_mutant(), a_mutant(new=">="), a_mutant(new="!")
    found = survivors([noticed, unnoticed, broken], tree, lambda line: None)
    assert [survivor.mutant for survivor in found] == [unnoticed, broken]
    assert found[0].reason == "no test noticed it"
    assert "SyntaxError" in found[1].reason
    assert (tree / "code_under_test.py").read_text() == CODE


@pytest.mark.parametrize("old", ["a >= b", "a"])
def test_a_mutant_whose_text_is_not_there_exactly_once_is_an_error(tree: Path, old: str) -> None:
    with pytest.raises(OutdatedMutant, match="the larger number wins"):
        survivors([a_mutant(old)], tree, lambda line: None)


def test_tests_that_fail_without_a_mutant_prove_nothing(tree: Path) -> None:
    (tree / "test_code.py").write_text("def test_nothing():\n    assert False\n")
    with pytest.raises(UnusableTests):
        survivors([a_mutant()], tree, lambda line: None)


def test_every_mutant_applies_and_names_its_rule_and_tests_that_exist() -> None:
    root = Path(__file__).parents[2]
    mutants = listed()
    assert len(mutants) >= 80
    for mutant in mutants:
        assert mutant.rule
        assert mutant.tests
        assert mutant.changed(root) != (root / mutant.file).read_text()
        for test in mutant.tests:
            file, _, name = test.partition("::")
            assert f"def {name.partition('[')[0]}" in (root / file).read_text(), test
