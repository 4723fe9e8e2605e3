"""The compiled form of :mod:`securitize.base.streams`: the same numbers, many streams at once or a few paths of one.

Philox4x64-10 is whole-number arithmetic, so the numbers are the same bit by bit on every machine.
Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from securitize.base.arrays import Float64

_U = np.uint64
_M0, _M1 = _U(0xD2E7470EE14C6C93), _U(0xCA5A826395121157)
_W0, _W1 = _U(0x9E3779B97F4A7C15), _U(0xBB67AE8584CAA73B)
_BLOCK = 1024


def _wide(_: Any, a: Any, b: Any) -> Any:
    """High 64 bits of a 64 by 64 bit product."""
    from llvmlite import ir

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        x, y = (builder.zext(each, wide) for each in arguments)
        return builder.trunc(builder.lshr(builder.mul(x, y), ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


_high: Any = intrinsic(_wide)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _philox(c0: Any, c2: Any, k0: Any, k1: Any) -> Any:
    """Four words of the counter (c0, 0, c2, 0) under the key (k0, k1)."""
    x0, x1, x2, x3 = c0, _U(0), c2, _U(0)
    for _ in range(10):
        h0, l0 = _high(_M0, x0), _M0 * x0
        h1, l1 = _high(_M1, x2), _M1 * x2
        x0, x1, x2, x3 = h1 ^ x1 ^ k0, l1, h0 ^ x3 ^ k1, l0
        k0, k1 = k0 + _W0, k1 + _W1
    return x0, x1, x2, x3


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _unit(word: Any) -> Any:
    return (np.float64(word >> _U(12)) + 0.5) * 2.0**-52


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _fill(seed: Any, keys: Any, first: int, out: Any) -> None:
    for s in range(keys.size):
        path = 0
        while path < out.shape[1]:
            block, within = (first + path) // _BLOCK, (first + path) % _BLOCK
            counter, word = within // 4, within % 4
            words = _philox(_U(counter + 1), _U(block), seed, keys[s])
            if word == 0 and path + 4 <= out.shape[1]:
                for k in range(4):
                    out[s, path + k] = _unit(words[k])
                path += 4
            else:
                out[s, path] = _unit(words[word])
                path += 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pick(seed: Any, key: Any, paths: Any, out: Any) -> None:
    for k in range(paths.size):
        block, within = paths[k] // _BLOCK, paths[k] % _BLOCK
        words = _philox(_U(within // 4 + 1), _U(block), seed, key)
        out[k] = _unit(words[within % 4])


def fill(seed: int, keys: NDArray[np.uint64], first: int, after: int) -> Float64:
    """The first number of each stream on the paths ``first`` to ``after - 1``, (streams, paths)."""
    out = np.empty((len(keys), after - first), np.float64)
    _fill(_U(seed), keys, first, out)
    return out


def pick(seed: int, key: int, paths: NDArray[np.int64]) -> Float64:
    """The first number of one stream on some paths, (len(paths),)."""
    out = np.empty(len(paths), np.float64)
    _pick(_U(seed), _U(key), paths, out)
    return out
