"""The reliability of probabilities, drawn in characters."""

from linewatch.commands.reliability_table import WIDTH, marked


def test_what_was_seen_stands_over_what_was_claimed_within_its_bounds() -> None:
    line = marked(claimed=0.2, observed=0.6, low=0.4, high=0.8)
    assert len(line) == WIDTH + 1
    assert line.index("|") == round(0.2 * WIDTH)
    assert line.index("*") == round(0.6 * WIDTH)
    assert line.strip(" |*-") == ""
    assert (line.index("-"), line.rindex("-")) == (round(0.4 * WIDTH), round(0.8 * WIDTH))
    assert marked(0.5, 0.5, 0.5, 0.5).strip() == "*"
