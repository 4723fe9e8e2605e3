"""Whole-number expressions over paths, from which a plan is built.

The rules of a deal are written once, in :mod:`securitize.waterfall.rules`, as ordinary formulas on
:class:`Value`: ``due - paid``,
``minimum(due, available)``, ``mask & due``. Each operation is recorded, not computed: what depends on terms and
dates alone becomes a *constant*, found once a deal by a :class:`~securitize.waterfall.prologue.Prologue`; equal
expressions are recorded once, and what remains is compiled to a :class:`~securitize.waterfall.plan.Plan`. Of a
constant's values the recorder sees its *sparsity* and nothing else: 0 in every period, -1 in every period, or any.

A value is an int64 for each path. A *mask* is a value that is -1 where something holds and 0 where not,
so ``mask & x`` selects
and there is no branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.base.messages import Listing
from securitize.waterfall.operations import COMMUTATIVE, ROUNDINGS, Op, folded
from securitize.waterfall.terms import Term


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One int64 a path and period: a constant of the period, an input, a state, or the result of an
    operation.

    constant : int64 (periods,) where the value is the same on every path, else None
    """

    recorder: Recorder
    number: int
    constant: Int64 | None = None

    def __add__(self, other: Operand) -> Value:
        return self.recorder.apply(Op.ADD, self, other)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Value:
        return self.recorder.apply(Op.SUB, self, other)

    def __rsub__(self, other: Operand) -> Value:
        return self.recorder.apply(Op.SUB, self.recorder.value(other), self)

    def __mul__(self, other: Operand) -> Value:
        """Product modulo 2^64, for the difference of two products; money is multiplied with
        :func:`product`."""
        return self.recorder.apply(Op.MUL, self, other)

    def __and__(self, other: Operand) -> Value:
        return self.recorder.apply(Op.AND, self, other)

    __rand__ = __and__

    def __or__(self, other: Operand) -> Value:
        return self.recorder.apply(Op.OR, self, other)

    def __invert__(self) -> Value:
        return self.recorder.apply(Op.NOT, self)

    def __lt__(self, other: Operand) -> Value:
        """Mask: self < other."""
        return self.recorder.apply(Op.SIGN, self - other)

    def __gt__(self, other: Operand) -> Value:
        """Mask: self > other."""
        return self.recorder.apply(Op.SIGN, self.recorder.value(other) - self)

    def never(self) -> bool:
        """Whether the value is known to be 0 in every period."""
        return self.constant is not None and not self.constant.any()


Operand = Value | int | Int64 | Term
#: How a constant is found from others, by their numbers: an int64 (periods,) each
Made = Callable[..., Int64]


@dataclass(frozen=True, slots=True)
class Formula:
    """How a constant is found: one and the same in every period, a literal (neither has operands here), a term, or made
    of other constants by an operation or a function.

    literal : the bytes of int64 (periods,), or the one number;  term : its place among the numbers of the deal
    operands : numbers of other constants
    """

    literal: bytes | int | None = None
    term: int | None = None
    made_by: Op | Made | None = None
    operands: tuple[int, ...] = ()


@dataclass(slots=True)
class Instruction:
    """One recorded operation; operands are value numbers (-1: none). For SKIP, ``result`` becomes the
    jump's target."""

    op: Op
    result: int
    a: int = -1
    b: int = -1
    c: int = -1


@dataclass(slots=True)
class Variable:
    """A number that the steps change; ``now`` is its value at this point of the period."""

    name: str
    now: Value


@dataclass(slots=True)
class StateVariable(Variable):
    """A variable that is carried from one period to the next: ``opening`` is its value at the start of a
    period."""

    opening: Value
    initial: Value


@dataclass
class Recorder:
    """Records the expressions of one period; the same instructions run in each period with the constants
    of that period."""

    periods: int
    #: of the currency, minor units: products of money are whole multiples of it
    unit: int = 1
    #: states that begin otherwise than declared, by name
    initial: Mapping[str, int | Term] = field(default_factory=dict)
    #: int64 (numbers, periods): the values of terms, and where each stands in the deal
    numbered: Int64 | None = None
    paths: Sequence[str] = ()
    instructions: list[Instruction] = field(default_factory=list)
    constants: dict[int, Int64] = field(default_factory=dict)
    formulas: dict[int, Formula] = field(default_factory=dict)
    inputs: dict[str, Value] = field(default_factory=dict)
    states: dict[str, StateVariable] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    lines: list[tuple[str, ...]] = field(default_factory=list)
    published: dict[tuple[str, ...], Value] = field(default_factory=dict)
    totals: list[tuple[str, ...]] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    numbers: int = 0
    #: variables of which the terms say that nothing moves them from one period to the next
    unmoved: list[str] = field(default_factory=list)
    _known: list[dict[tuple[int, ...], Value]] = field(default_factory=lambda: [{}])
    #: results of closed sections, which a block may not have computed
    _closed: set[int] = field(default_factory=set)
    _constants_known: dict[Formula, Value] = field(default_factory=dict)
    _numbers_known: dict[int, Value] = field(default_factory=dict)

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers - 1

    def constant(self, per_period: Sequence[int] | Int64 | int | Term) -> Value:
        """A value that is the same on every path: a term, one int, or one for each period (shape (periods,))."""
        if isinstance(per_period, int):
            found = self._numbers_known.get(per_period)
            if found is None:
                array = np.full(self.periods, per_period, np.int64)
                found = self._numbers_known[per_period] = self._constant(Formula(per_period), array)
            return found
        if isinstance(per_period, Term):
            if self.numbered is None:
                raise ValueError(f"{per_period.path} has no value here")
            return self._constant(Formula(term=per_period.place), self.numbered[per_period.place])
        array = np.array(np.broadcast_to(np.asarray(per_period, np.int64), (self.periods,)))
        if array.size and (array == array[0]).all():
            return self.constant(int(array[0]))
        return self._constant(Formula(array.tobytes()), array)

    def made(self, function: Made, *of: Value) -> Value:
        """A constant that a function of the module makes of other constants."""
        arrays = [each.constant for each in of if each.constant is not None]
        if len(arrays) < len(of):
            raise ValueError("only constants are put into a function")
        return self._constant(
            Formula(made_by=function, operands=tuple(each.number for each in of)), function(*arrays)
        )

    def _constant(self, formula: Formula, array: Int64) -> Value:
        """The constant of a formula; where it is 0, or -1, in every period, that number itself."""
        found = self._constants_known.get(formula)
        if found is None:
            number = self._number()
            self.constants[number], self.formulas[number] = array, formula
            found = Value(self, number, array)
            if formula.literal is None:
                found = next((self.constant(each) for each in (0, -1) if (array == each).all()), found)
            self._constants_known[formula] = found
        return found

    def flag(self, per_period: Sequence[bool] | Term) -> Value:
        """A mask that depends on the period alone."""
        if isinstance(per_period, Term):
            return self.constant(per_period)
        return self.constant([-1 if holds else 0 for holds in per_period])

    def value(self, operand: Operand) -> Value:
        """``operand`` as a value."""
        return operand if isinstance(operand, Value) else self.constant(operand)

    def _read(self, operand: Operand) -> Value:
        """``operand`` as a value that every block has computed here; raises ValueError for one of a closed section."""
        value = self.value(operand)
        if value.number in self._closed:
            raise ValueError("a value made in a section that may be skipped is used after it")
        return value

    def input(self, name: str) -> Value:
        """An array (paths, periods) that the caller hands to the plan."""
        if name not in self.inputs:
            self.inputs[name] = Value(self, self._number())
        return self.inputs[name]

    def state(self, name: str, initial: Operand = 0, *, kept: bool = True) -> StateVariable:
        """A number carried between periods, ``initial`` before the first.

        kept : False where nothing can move it; it is a constant then, unless it begins otherwise
        """
        found = self.states.get(name)
        if found is None:
            begins = self.value(self.initial.get(name, initial))
            if not kept and begins.never():
                return self._unmoved(name)
            opening = Value(self, self._number())
            found = self.states[name] = self.variables[name] = StateVariable(name, opening, opening, begins)
        return found

    def _unmoved(self, name: str) -> StateVariable:
        """A state that is 0 in every period. It is a variable all the same: what a section does to it is merged."""
        kept = self.variables.get(name)
        if isinstance(kept, StateVariable):
            return kept
        zero = self.constant(0)
        made = self.variables[name] = StateVariable(name, zero, zero, zero)
        self.unmoved.append(name)
        return made

    def variable(self, name: str) -> Variable:
        """A number of this period alone, 0 at its start."""
        if name not in self.variables:
            self.variables[name] = Variable(name, self.constant(0))
        return self.variables[name]

    def apply(self, op: Op, a: Operand, b: Operand = 0, c: Operand = 0) -> Value:
        """The result of one operation: folded, found again, or recorded."""
        x, y, z = self._read(a), self._read(b), self._read(c)
        fixed = x.constant is not None and y.constant is not None and z.constant is not None
        if not fixed or op not in ROUNDINGS:
            simple = self._simplify(op, x, y)
            if simple is not None:
                return simple
        if op in COMMUTATIVE and y.number < x.number:
            x, y = y, x
        if x.constant is not None and y.constant is not None and z.constant is not None:
            formula = Formula(made_by=op, operands=(x.number, y.number, z.number))
            known = self._constants_known.get(formula)
            return known or self._constant(formula, self._folded(op, x, y, z))
        key = (op, x.number, y.number, z.number)
        for scope in self._known:
            if key in scope:
                return scope[key]
        result = Value(self, self._number())
        self.instructions.append(Instruction(op, result.number, x.number, y.number, z.number))
        self._known[-1][key] = result
        return result

    def _folded(self, op: Op, *of: Value) -> Int64:
        """What an operation makes of constants. Raises CalculationError naming their terms where it is not exact."""
        try:
            return folded(op, *(self.constants[each.number] for each in of))
        except ValueError:
            raise self.out_of_range([each.number for each in of]) from None

    def out_of_range(self, numbers: Sequence[int]) -> CalculationError:
        """The error of constants that cannot be multiplied or divided: it names the terms of which they are made."""
        names: dict[str, None] = {}
        left = list(numbers)
        while left:
            formula = self.formulas[left.pop(0)]
            if formula.term is not None:
                names[self.paths[formula.term].removeprefix("deal.")] = None
            left += formula.operands
        return CalculationError(
            "{terms}: these cannot be computed exactly: one is negative, a divisor is 0, or they are too large",
            terms=Listing(list(names)),
        )

    def _simplify(self, op: Op, x: Value, y: Value) -> Value | None:
        if op in (Op.ADD, Op.SUB, Op.OR) and y.never():
            return x
        if op in (Op.ADD, Op.OR) and x.never():
            return y
        if op in (Op.SUB,) and x.number == y.number:
            return self.constant(0)
        if op in (Op.MIN, Op.MAX, Op.AND, Op.OR) and x.number == y.number:
            return x
        if op is Op.AND:
            for this, that in ((x, y), (y, x)):
                if this.never():
                    return this
                if this.constant is not None and (this.constant == -1).all():
                    return that
        if op in ROUNDINGS and (x.never() or y.never()):
            return self.constant(0)
        return None

    @contextmanager
    def only_where(self, mask: Value) -> Iterator[None]:
        """Instructions that a block of paths skips when ``mask`` holds on none of them.

        Variables keep their value on a skipped block; everything recorded inside must itself be masked,
        because a block where
        the mask holds on some paths runs for all of them. Values made inside are not to be used outside.
        """
        if mask.never():
            raise ValueError("a section that never runs must not be recorded")
        if mask.constant is not None and (mask.constant == -1).all():
            yield
            return
        before = {name: variable.now for name, variable in self.variables.items()}
        merged = {name: Value(self, self._number()) for name in before}
        start, first = len(self.instructions), self.numbers
        self._known.append({})
        yield
        self._known.pop()
        if len(self.variables) != len(before):
            raise ValueError("variables are declared before the section that changes them")
        changed = [name for name, value in before.items() if self.variables[name].now is not value]
        entry = [Instruction(Op.COPY, merged[name].number, before[name].number) for name in changed]
        skip = Instruction(Op.SKIP, -1, mask.number)
        self.instructions[start:start] = [*entry, skip]
        for name in changed:
            self.instructions.append(
                Instruction(Op.COPY, merged[name].number, self.variables[name].now.number)
            )
            self.variables[name].now = merged[name]
        everywhere = {*self.constants, *(value.number for value in self.inputs.values())}
        self._closed |= set(range(first, self.numbers)) - everywhere
        # The target counts instructions to pass over; the plan turns it into a position.
        skip.result = len(self.instructions) - start - len(entry) - 1

    def store(self, line: tuple[str, ...], value: Operand) -> None:
        """Publish ``value`` under the name ``line``; 0 in a block that skips the section in which this
        is said."""
        if line in self.lines:
            raise ValueError(f"line {line} is published twice")
        self.published[line] = self._read(value)
        self.instructions.append(Instruction(Op.STORE, len(self.lines), self.published[line].number))
        self.lines.append(line)

    def total(self, name: tuple[str, ...], value: Operand) -> None:
        """Hand over what ``value`` is in the last period, one number a path; not in a section that may be skipped."""
        self.instructions.append(Instruction(Op.TOTAL, len(self.totals), self._read(value).number))
        self.totals.append(name)

    def require_zero(self, invariant: str, value: Operand) -> None:
        """A runtime invariant: ``value`` is 0 on every path and in every period."""
        self._check(Op.CHECK_ZERO, invariant, value)

    def require_not_negative(self, invariant: str, value: Operand) -> None:
        """A runtime invariant: ``value`` is never negative."""
        self._check(Op.CHECK_SIGN, invariant, value)

    def _check(self, op: Op, invariant: str, value: Operand) -> None:
        self.instructions.append(Instruction(op, len(self.checks), self._read(value).number))
        self.checks.append(invariant)
