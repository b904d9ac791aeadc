"""What a count of mistakes shows of the share to expect, and how many images it takes to show a share."""

from functools import lru_cache
from math import ceil, exp, lgamma, log, log1p

CONFIDENCE = 0.95
_STEPS = 50  # halvings: finer than a float32
_MOST_TERMS = 10_000
_TINY = 1e-300  # instead of 0 in a denominator


def upper_bound(count: int, of: int) -> float:
    """The share that `count` mistakes in `of` images exclude to be exceeded, with 95 % confidence, one-sided.

    Exact (Clopper and Pearson 1934); 1 where nothing is known. It also holds for a threshold that is chosen as the
    `count + 1`-th smallest of the images' own values (Wilks 1941).
    """
    return 1.0 if count >= of else _share_with(CONFIDENCE, count + 1, of - count)


def lower_bound(count: int, of: int) -> float:
    """The share below which it is not, with 95 % confidence, one-sided; exact, as `upper_bound`."""
    return 0.0 if count == 0 else _share_with(1 - CONFIDENCE, count, of - count + 1)


def images_to_show(share: float) -> int:
    """How many images without a mistake show that at most this share, 0 < share < 1, is wrong."""
    return ceil(log(1 - CONFIDENCE) / log1p(-share))


@lru_cache(maxsize=4096)
def interval(count: int, of: int) -> tuple[float, float]:
    """The two-sided 95 % interval of the share of which `count` in `of` were seen; 0 to 1 where nothing is known.

    Exact (Clopper and Pearson 1934): each bound leaves 2.5 % beyond it.
    """
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if count == 0 else _share_with(tail, count, of - count + 1)
    high = 1.0 if count == of else _share_with(1 - tail, count + 1, of - count)
    return low, high


def _share_with(probability: float, a: int, b: int) -> float:
    """The quantile of the beta distribution, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_share(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, 0 < x < 1 (DLMF 8.17.22; on the other side of the mode by 8.17.4)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(front) / (a * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) by the method of Lentz (1976)."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _MOST_TERMS):
        m = term // 2
        even = term % 2 == 0
        top = m * (b - m) if even else -(a + m) * (a + b + m)
        share = top * x / ((a + term - 1) * (a + term))
        c, d = 1 + share / c, 1 / (1 + share * d or _TINY)
        value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value
