"""What is drawn at random: number of paths, seed, sampling, target error."""

from __future__ import annotations

from dataclasses import dataclass

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.base.messages import Listing
from securitize.engine.precision import PrecisionTarget, precision_of
from securitize.performance.random.importance import Shift
from securitize.performance.random.sampling import SAMPLINGS, SHIFTED, USUAL, SamplingName

#: Paths whose flows may be kept as tables.
MOST_KEPT = 100_000
#: Exact sums over more paths are not tried.
MOST_PATHS = 50_000_000


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn at random on top of what is given.

    performance : a name or a path;  paths : how many;  seed : 0 to 2^64 - 1;  sampling : how paths are chosen
    shift       : of the factors under importance sampling; it follows from all else, None where not found yet
    goal        : how surely an expected loss is to be known; then ``paths`` are the most that are drawn for it
    done        : of a partial run, how many paths it has
    keep        : of how many of the first paths the full flows become tables
    """

    performance: PathLike
    paths: int = 10_000
    seed: int = 1
    sampling: SamplingName = "plain"
    shift: Shift | None = None
    goal: PrecisionTarget | None = None
    done: int | None = None
    keep: int = 0

    @property
    def usual(self) -> bool:
        """Whether paths are sampled as they are where nothing is asked for."""
        return self.sampling in USUAL

    @property
    def needs_shift(self) -> bool:
        """Whether pilot paths are to find a shift of the factors first."""
        return self.sampling in SHIFTED and self.shift is None


def drawing(
    performance: PathLike | None,
    paths: int = 10_000,
    seed: int = 1,
    sampling: SamplingName = "plain",
    target_error: str | None = None,
    keep_paths: int = 0,
) -> Draw | None:
    """What is to be drawn at random; None where no performance is named.

    Raises UsageError where paths, seed or the error are out of range, or there is no such sampling.
    """
    if not 1 <= paths <= MOST_PATHS:
        raise UsageError("paths are a whole number from 1 to {most_paths:,}", most_paths=MOST_PATHS)
    if not 0 <= seed < 2**64:
        raise UsageError("a seed is a whole number from 0 to 2^64 - 1")
    if sampling not in SAMPLINGS:
        raise UsageError(
            "paths are sampled {samplings} or {last}", samplings=Listing(SAMPLINGS[:-1]), last=SAMPLINGS[-1]
        )
    if not 0 <= keep_paths <= MOST_KEPT:
        raise UsageError(
            "paths that are kept are a whole number from 0 to {most_kept:,}", most_kept=MOST_KEPT
        )
    if performance is None:
        return None
    goal = None if target_error is None else precision_of(target_error)
    return Draw(performance, paths, seed, sampling, goal=goal, keep=keep_paths)
