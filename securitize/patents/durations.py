"""Two-parameter models of durations by maximum likelihood: log-normal, log-logistic, Weibull.

In each the logarithm of the duration is m + s·W, with W normal, logistic or (smallest) extreme value. Durations may be
censored on the right and truncated on the left. Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure
Time Data (2002), chapters 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erfc, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from securitize.base.arrays import Float64

#: A function of W with its first and second derivative.
Curve = tuple[Float64, Float64, Float64]

_ERFC = np.frompyfunc(erfc, 1, 1)
#: Beyond this the complementary error function leaves the range of floats; its continued fraction does not.
_FAR = 25.0
_STEPS = 200


def log_normal_survival(w: Float64) -> Float64:
    """Logarithm of the normal survival function, also far in the tail."""
    near = np.log(0.5 * np.asarray(_ERFC(np.minimum(w, _FAR) / sqrt(2)), np.float64))
    far = np.maximum(w, _FAR)
    # Mills' ratio to four terms; its relative error at 25 is below 1e-9.
    ratio = (1 - 1 / far**2 + 3 / far**4 - 15 / far**6) / far
    return np.where(w > _FAR, -0.5 * far**2 - 0.5 * np.log(2 * pi) + np.log(ratio), near)


def _normal(w: Float64) -> tuple[Curve, Curve]:
    density = -0.5 * w**2 - 0.5 * np.log(2 * pi)
    survival = log_normal_survival(w)
    hazard = np.exp(density - survival)
    return (density, -w, -np.ones_like(w)), (survival, -hazard, -hazard * (hazard - w))


def _logistic(w: Float64) -> tuple[Curve, Curve]:
    p = 1 / (1 + np.exp(-w))
    survival = -np.logaddexp(0, w)
    return (w + 2 * survival, 1 - 2 * p, -2 * p * (1 - p)), (survival, -p, -p * (1 - p))


def _extreme(w: Float64) -> tuple[Curve, Curve]:
    e = np.exp(w)
    return (w - e, 1 - e, -e), (-e, -e, -e)


#: Logarithms of density and survival of W, by name of the model.
MODELS: dict[str, Callable[[Float64], tuple[Curve, Curve]]] = {
    "log-normal": _normal,
    "log-logistic": _logistic,
    "weibull": _extreme,
}


@dataclass(frozen=True, slots=True)
class DurationFit:
    """A fitted model.

    location, spread : m and s above; of a Weibull the scale is exp(m) and the shape 1/s
    errors           : standard errors of m and of log s, from the observed information
    log_likelihood   : of the durations themselves (not of their logarithms), natural logarithm
    """

    model: str
    location: float
    spread: float
    errors: tuple[float, float]
    log_likelihood: float

    @property
    def aic(self) -> float:
        """Akaike's criterion with two parameters; lower is better."""
        return 4 - 2 * self.log_likelihood

    def survival(self, duration: ArrayLike) -> Float64:
        """Probability of lasting longer than ``duration`` (years, not negative)."""
        t = np.asarray(duration, np.float64)
        w = (np.log(np.where(t > 0, t, 1)) - self.location) / self.spread
        return np.where(t > 0, np.exp(MODELS[self.model](w)[1][0]), 1.0)


def fit_durations(
    model: str, exit_time: ArrayLike, ended: ArrayLike, entry_time: ArrayLike = 0.0
) -> DurationFit:
    """Maximum likelihood by Newton's method, halving steps that do not improve.

    exit_time  : (n,) duration at the end of the observation, positive
    ended      : (n,) whether it ended there; else it is censored on the right
    entry_time : (n,) duration from which it was under observation, 0 where from its start; below ``exit_time``
    Raises ValueError where the durations do not allow a fit, ArithmeticError where Newton's method finds none.
    """
    exits = np.asarray(exit_time, np.float64)
    events = np.broadcast_to(np.asarray(ended, bool), exits.shape)
    entries = np.broadcast_to(np.asarray(entry_time, np.float64), exits.shape)
    if not ((entries >= 0) & (exits > entries)).all() or events.sum() < 2:
        raise ValueError("durations end after they enter, and at least two of them have ended")
    log_exit, truncated = np.log(exits), entries > 0
    log_entry = np.log(entries[truncated])

    def evaluate(point: Float64) -> tuple[float, Float64, Float64]:
        s = np.exp(point[1])
        density, survival = MODELS[model]((log_exit - point[0]) / s)
        seen = tuple(np.where(events, d, c) for d, c in zip(density, survival, strict=True))
        value, gradient, curvature = _derivatives((log_exit - point[0]) / s, s, *seen)
        w = (log_entry - point[0]) / s
        before = _derivatives(w, s, *MODELS[model](w)[1])
        count = events.sum()
        value += -before[0] - count * point[1] - log_exit[events].sum()
        gradient = gradient - before[1] - np.array([0, count])
        return float(value), gradient, curvature - before[2]

    at = np.array([log_exit[events].mean(), np.log(max(log_exit[events].std(), 0.05))])
    value, gradient, curvature = evaluate(at)
    for _ in range(_STEPS):
        if np.abs(gradient).max() < 1e-7 * max(1, exits.size):
            error = np.sqrt(np.diag(np.linalg.inv(-curvature)))
            spread = float(np.exp(at[1]))
            return DurationFit(model, float(at[0]), spread, (float(error[0]), float(error[1])), value)
        # Away from the top the curvature may be of the wrong sign: climb along the gradient instead.
        concave = np.linalg.eigvalsh(curvature).max() < 0
        step = -np.linalg.solve(curvature, gradient) if concave else gradient / np.abs(gradient).max()
        for _ in range(60):
            with np.errstate(over="ignore", invalid="ignore"):
                tried = evaluate(at + step)
            if tried[0] >= value:
                break
            step = step / 2
        else:
            break
        at, (value, gradient, curvature) = at + step, tried
    raise ArithmeticError(f"no {model} fits these durations")


def _derivatives(
    w: Float64, s: float, value: Float64, first: Float64, second: Float64
) -> tuple[float, Float64, Float64]:
    """Sum of f(w), its gradient and its curvature in (m, log s), where w = (y - m) / s."""
    by_location, by_spread = -1 / s, -w
    gradient = np.array([(first * by_location).sum(), (first * by_spread).sum()])
    mixed = (second * by_location * by_spread + first / s).sum()
    return (
        float(value.sum()),
        gradient,
        np.array(
            [[(second * by_location**2).sum(), mixed], [mixed, (second * by_spread**2 + first * w).sum()]]
        ),
    )
