"""Bootstrap intervals for the oracles: SciPy's BCa on the very resamples that a seed draws."""
import numpy as np
from scipy.stats import _resampling

from random_stream import stream, take


class Draws:
    """The stream's `integer`, by rejection, and `chance`."""

    def __init__(self, *key):
        self.bits = stream(list(key))
        take(self.bits, 0, 15)

    def integer(self, bound):
        limit = 2**32 - 2**32 % bound
        while True:
            drawn = next(self.bits)
            if drawn < limit:
                return drawn % bound

    def half(self):
        return next(self.bits) / 2**32 < 0.5


def bca(units, statistic, seed, resamples, level):
    """`scipy.stats.bootstrap(method="BCa")` given the resamples.

    A unit is a list of items and is drawn whole; the statistic is of a list of items.
    """
    draws = Draws(seed, "bootstrap")
    known = {}

    def pooled(chosen):
        # Rounded, so that one set of units has one value in whatever order it is summed: SciPy counts ties.
        key = tuple(sorted(chosen))
        if key not in known:
            items = [item for k in key for item in units[k]]
            known[key] = np.round(statistic(items), 12)
        return known[key]

    estimates = np.array(
        [pooled([draws.integer(len(units)) for _ in units]) for _ in range(resamples)]
    )
    # SciPy's function jackknifes the sample it is given: here the sample is the units' numbers.
    by_index = np.vectorize(lambda chosen: pooled([int(k) for k in chosen]), signature="(n)->()")
    low, high, _ = _resampling._bca_interval(
        (np.arange(len(units)),),
        lambda chosen, axis: by_index(chosen),
        -1,
        (1 - level) / 2,
        estimates,
        None,
    )
    return [float(np.quantile(estimates, float(p))) for p in (low, high)]
