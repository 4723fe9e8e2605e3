"""Random paths of a whole deal a second: drawn, projected, paid and measured, runtime invariants on.

    python -m benchmarks.monte_carlo

(a) 11 licence-backs, 20 quarters, obligors that default; (b) 140 running royalties, 20 quarters, sales moved by shocks
of market and sector; (c) the same with a shock of its own for each contract and quarter. The waterfall is the same:
three notes, four fees, a reserve, an undertaking, three triggers, three priorities. All rows are of one run; ratios are
what counts.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.deals import CLOSING, benchmark_deal
from securitize.assets.resolve import resolve_pool
from securitize.base.arithmetic import Int64
from securitize.base.streams import Numbers
from securitize.definitions.deals.deal import Deal
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.random_inputs import RandomInputs
from securitize.market.schedules import Schedule
from securitize.performance.random.draw import draw
from securitize.performance.random.model import resolve_random_performance
from securitize.performance.stresses import resolve_performance
from securitize.waterfall.duplicate_paths import DuplicatePaths
from securitize.waterfall.execute import MachineName, run_blocks
from securitize.waterfall.plan import Plan, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date

OPENING = 310_000_000_00
QUARTERS = 20


def licence_backs() -> dict[str, Any]:
    """Eleven contracts of eleven obligors."""
    dates = {"every": "3M", "first": datetime.date(2024, 6, 1), "last": datetime.date(2029, 3, 1)}
    return {
        f"c{k}": {
            "kind": "licence-back", "obligor": f"o{k}", "start": CLOSING, "lump_sum": 28_000_000 + 1_000 * k,
            "contract_rate": 0.06, "full_payment": True, "collateral": (f"p{k}",),
            "repayment": {"kind": "level-payment"}, "dates": dates,
        }
        for k in range(11)
    }  # fmt: skip


def royalties() -> dict[str, Any]:
    """140 royalties on sales of seven sectors."""
    ends = [datetime.date(2024 + (2 + 3 * k) // 12, (2 + 3 * k) % 12 + 1, 28) for k in range(1, QUARTERS + 1)]
    return {
        f"r{k}": {
            "kind": "running-royalty", "obligor": f"o{k % 20}", "start": CLOSING, "collateral": (f"p{k}",),
            "sales": [{"to": end, "amount": 2_500_000 + 10_000 * k} for end in ends],
            "rate": {"kind": "fixed", "rate": 0.05},
        }
        for k in range(140)
    }  # fmt: skip


def exact(value: Any) -> Any:
    """Floats as the decimals that are written."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: exact(one) for name, one in value.items()}
    return tuple(exact(one) for one in value) if isinstance(value, list | tuple) else value


class Case:
    """A pool with the benchmark deal, ready to be drawn."""

    def __init__(self, contracts: dict[str, Any], random: dict[str, Any]) -> None:
        raw, dates = benchmark_deal(QUARTERS)
        schedule = Schedule(tuple(dates["payment"]), tuple(dates["accrual"]), tuple(dates["collection"]))
        obligors: dict[str, Any] = {one["obligor"]: {} for one in contracts.values()}
        rights = {
            one["collateral"][0]: {"kind": "invention", "owner": one["obligor"]} for one in contracts.values()
        }
        pool = Pool.model_validate(
            exact({"name": "p", "obligors": obligors, "collateral": rights, "contracts": contracts})
        )
        deal = Deal.model_validate(raw)
        resolved_pool = resolve_pool(pool, schedule, None)
        performance = resolve_performance(None, None, pool, schedule)
        self.resolved = resolve_deal(deal, schedule, OPENING, [OPENING // QUARTERS] * QUARTERS)
        written = RandomPerformance.model_validate(exact({"name": "r", **random}))
        self.model = resolve_random_performance(written, deal, pool, schedule)
        self.prepared = cast(
            Prepared,
            SimpleNamespace(
                performance=performance, resolved_pool=resolved_pool, pool=pool, schedule=schedule
            ),
        )
        self.plan: Plan = build_plan(record_payment_date(self.resolved, with_totals=True), lines=())

    def inputs(self, compiled: bool) -> RandomInputs:
        """What is drawn and projected."""
        return RandomInputs(self.prepared, self.resolved, self.model, 7, compiled=compiled)

    def run(self, paths: int, workers: int, machine: MachineName, block: int = 4096) -> None:
        """The whole of it."""
        pool = self.inputs(machine == "compiled")
        run_blocks(
            self.plan,
            paths,
            lambda *b: pool.block(*b).inputs,
            kept,
            block=block,
            workers=workers,
            machine=machine,
        )

    def straightforward(self, paths: int) -> None:
        """NumPy over all paths at once, contract by contract, instalment by instalment."""
        pool = self.inputs(False)
        object.__setattr__(pool, "outcomes", None)
        run_blocks(self.plan, paths, lambda *b: pool.block(*b).inputs, kept, block=paths, machine="numpy")

    def one_by_one(self, paths: int) -> None:
        """A loop over paths."""
        pool = self.inputs(False)
        object.__setattr__(pool, "outcomes", None)
        run_blocks(self.plan, paths, lambda *b: pool.block(*b).inputs, kept, block=1, machine="numpy")

    def numbers_only(self, paths: int) -> None:
        """Drawing alone."""
        for first in range(0, paths, 4096):
            draw(self.model, self.prepared.performance, Numbers(7, first, min(first + 4096, paths)))

    def paid_only(self, paths: int, workers: int) -> None:
        """The waterfall alone, on one block of collections again and again."""
        found = self.inputs(True).block(0, 4096).inputs
        block = found.every if isinstance(found, DuplicatePaths) else found

        def again(first: int, after: int) -> Mapping[str, Int64]:
            return block if after - first == 4096 else {n: v[:, : after - first] for n, v in block.items()}

        run_blocks(self.plan, paths, again, kept, block=4096, workers=workers, machine="compiled")


def kept(first: int, after: int, lines: Int64, totals: Int64) -> int:
    """What is kept of a block: almost nothing."""
    return int(totals[0].sum())


def cases() -> dict[str, Case]:
    """The three deals."""
    defaults = {"hazard": 0.03, "loading": 0.38729833}
    shared = {
        "volatility": 0.2,
        "reversion": 0.3,
        "market_loading": 0.8,
        "sector_loading": 0.6,
        "sector": "s0",
    }
    sectors = {f"r{k}": {"sector": f"s{k % 7}"} for k in range(140)}
    own = {**shared, "market_loading": 0.5, "sector_loading": 0.4}
    return {
        "(a)": Case(licence_backs(), defaults),
        "(b)": Case(royalties(), {**defaults, "sales": {**shared, "contracts": sectors}}),
        "(c)": Case(royalties(), {**defaults, "sales": {**own, "contracts": sectors}}),
    }


def speed(run: Callable[[int], object], paths: int, times: int = 3) -> float:
    """Paths a second, the best of some runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run(paths)
        seconds.append(time.perf_counter() - start)
    return paths / min(seconds)


def peak_memory(paths: int) -> float:
    """Peak memory in MiB of a process of its own that runs ``paths`` paths of (a)."""
    code = (
        "import resource; from benchmarks.monte_carlo import *;"
        f"cases()['(a)'].run({paths}, 2, 'compiled');"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Print the table."""
    print(f"{datetime.date.today().isoformat()}  random paths of a deal a second, runtime invariants on")
    print(f"{'deal':<6}{'what':<28}{'paths':>10}{'a second':>14}{'x whole, 1 thread':>20}")
    for name, case in cases().items():
        many = {"(a)": 400_000, "(b)": 65_536, "(c)": 8_192}[name]
        few = 20_000 if name == "(a)" else 2_048
        case.run(8_192, 2, "compiled")
        whole = speed(lambda n, c=case: c.run(n, 1, "compiled"), many)  # type: ignore[misc]
        rows: list[tuple[str, int, Callable[[int], object], int]] = [
            ("whole, 2 threads", many, lambda n, c=case: c.run(n, 2, "compiled"), 3),  # type: ignore[misc]
            ("waterfall alone, 1 thread", 200_000, lambda n, c=case: c.paid_only(n, 1), 3),  # type: ignore[misc]
            ("waterfall alone, 2 threads", 200_000, lambda n, c=case: c.paid_only(n, 2), 3),  # type: ignore[misc]
            ("random numbers alone", many, lambda n, c=case: c.numbers_only(n), 3),  # type: ignore[misc]
            ("NumPy over all paths", few, lambda n, c=case: c.straightforward(n), 1),  # type: ignore[misc]
            ("one path after another", 16, lambda n, c=case: c.one_by_one(n), 1),  # type: ignore[misc]
        ]
        print(f"{name:<6}{'whole, 1 thread':<28}{many:>10,}{whole:>14,.0f}{1:>20.2f}")
        for said, paths, run, times in rows:
            found = speed(run, paths, times)
            print(f"{name:<6}{said:<28}{paths:>10,}{found:>14,.0f}{found / whole:>20.3f}")
    small, large = peak_memory(10_000), peak_memory(1_000_000)
    print(f"peak memory of (a): {small:.0f} MiB at 10,000 paths, {large:.0f} MiB at 1,000,000")


if __name__ == "__main__":
    main()
