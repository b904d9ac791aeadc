"""What a count of mistakes shows of the share to expect, and how many images it takes to show a share."""

from math import ceil, exp, lgamma, log, log1p

CONFIDENCE = 0.95
_STEPS = 50  # halvings: finer than a float32


def upper_bound(count: int, of: int) -> float:
    """The share that `count` mistakes in `of` images exclude to be exceeded, with 95 % confidence, one-sided.

    Exact (Clopper and Pearson 1934); 1 where nothing is known. It also holds for a threshold that is chosen as the
    `count + 1`-th smallest of the images' own values (Wilks 1941).
    """
    if count >= of:
        return 1.0
    low, high = count / of, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(count, of, middle) > 1 - CONFIDENCE else (low, middle)
    return high


def at_most(count: int, of: int, share: float) -> float:
    """The probability of at most `count` mistakes in `of` images when a share of 0 < share < 1 is wrong."""
    odds = [
        lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * log(share) + (of - k) * log1p(-share)
        for k in range(count + 1)
    ]
    return sum(map(exp, odds))


def images_to_show(share: float) -> int:
    """How many images without a mistake show that at most this share, 0 < share < 1, is wrong."""
    return ceil(log(1 - CONFIDENCE) / log1p(-share))


def lower_bound(count: int, of: int) -> float:
    """The share below which it is not, with 95 % confidence, one-sided; exact, as `upper_bound`."""
    return 0.0 if of == 0 else 1 - upper_bound(of - count, of)
