"""Mutants of the words of the rules and the machine that runs them."""

from __future__ import annotations

from tests.properties.mutant import EXPRESSIONS, FORMULAS, OPERATIONS, PLAN, Mutant

MUTANTS = [
    Mutant("leftover unit to the last", FORMULAS, "return other if j < i else", "return other if j > i else"),
    Mutant(
        "shares rounded each for itself",
        FORMULAS,
        'product(amount, before + weight, whole, "up") - product(amount, before, whole, "up")',
        'product(amount, weight, whole, "down")',
    ),
    Mutant(
        "largest takes equals from behind",
        FORMULAS,
        "other & (~(other < weight) if j < i else weight < other)",
        "other & (weight < other)",
    ),
    Mutant(
        "skipped sections jump one too far",
        PLAN,
        "targets.append(place[i + 1 + each.result] if each.op is Op.SKIP else -1)",
        "targets.append(place[min(i + 2 + each.result, len(kept))] if each.op is Op.SKIP else -1)",
    ),
    Mutant(
        "registers freed while still read",
        PLAN,
        "if self.last_use.get(operand) == place and",
        "if self.last_use.get(operand, -1) <= place + 3 and",
    ),
    Mutant(
        "variables not merged after a section",
        EXPRESSIONS,
        "            self.variables[name].now = merged[name]\n",
        "            self.variables[name].now = before[name]\n",
    ),
    Mutant(
        "a value made in a skipped section used after it",
        EXPRESSIONS,
        "        self._known.pop()\n",
        "        self._known[-2].update(self._known.pop())\n",
    ),
    Mutant(
        "states overwritten while still read",
        PLAN,
        "self.states[state].opening.number, -1) < place:",
        "self.states[state].opening.number, -1) < place + 40:",
    ),
    Mutant(
        "half-even as half-up", OPERATIONS, '"half-even": Op.RATIO_EVEN,', '"half-even": Op.RATIO_HALF_UP,'
    ),
]
