import pytest

from chalicelib.reports.csv_text import as_csv


def test_a_text_of_a_csv_file_is_no_formula() -> None:
    lines = as_csv(["=a", "b"], [["=1+1", -1.5], ["@x", None], ["ok", "+49"]]).decode().splitlines()
    assert lines == ["'=a,b", "'=1+1,-1.5", "'@x,", "ok,'+49"]


def test_tabs_and_minus_signs_are_no_formulas_either() -> None:
    assert as_csv(["a"], [["\t=1"], ["-1+1"], ["plain"]]).decode().splitlines()[1:] == ["'\t=1", "'-1+1", "plain"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("dent;=1+1", "dent;'=1+1"),
        ("dent; =1+1;@x", "dent; '=1+1;'@x"),
        ("dent\t-1", "dent\t'-1"),
        ('dent;"=1+1"', '"dent;""\'=1+1"""'),
        ("dent;\uff1d1", "dent;'\uff1d1"),
        ("dent; 3 - 4 = -1", "dent; 3 - 4 = -1"),
    ],
)
def test_a_spreadsheet_that_separates_by_semicolons_finds_no_formula_either(text: str, written: str) -> None:
    assert as_csv(["a"], [[text]]).decode().splitlines()[1:] == [written]
