"""`python -m tests.mutants [LIST ...]`: try the mutants of these lists, or of all, and name those that survive."""

import sys
from functools import partial
from pathlib import Path

from tests.mutants.mutant import listed
from tests.mutants.trial import survivors

ROOT = Path(__file__).parents[2]


def main(names: list[str]) -> int:
    """Print `N mutants, N killed` and each survivor; return the exit status."""
    mutants = listed(names)
    found = survivors(mutants, ROOT, partial(print, flush=True))
    for survivor in found:
        print(f"\nsurvived ({survivor.reason}): {survivor.mutant}\n    tests: {' '.join(survivor.mutant.tests)}")
    print(f"\n{len(mutants)} mutants, {len(mutants) - len(found)} killed")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
