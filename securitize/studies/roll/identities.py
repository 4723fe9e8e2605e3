"""Actual collections are books: identities between their columns, and what a contract can bring at the most.

Source: ``docs/reference/priority-of-payments.md``, section 13, "Identities".
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from securitize.assets.resolve import ResolvedContract
from securitize.assets.royalties import ResolvedRoyalty
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import from_minor
from securitize.definitions.deals.currencies import amount_in, unit_of
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.actuals import ActualFile, ActualRow
from securitize.studies.roll.forecast import Forecast
from securitize.studies.roll.terms import due_in, fees_left, interest_of

#: Columns that a contract without a balance cannot have, and those that a claim cannot.
_OF_CLAIMS = (
    "interest", "principal", "prepayment", "recovery", "fee", "performing", "defaulted", "bought_back", "fee_interest",
    "overdue_principal", "lost", "written_off", "defaulted_stock",
)  # fmt: skip
_OF_ROYALTIES = ("royalty", "sales")
_CODE, _UNUSUAL = "SEC293", "SEC298"


@dataclass(slots=True)
class _Before:
    """The books of one contract, or of the pool, before a period; minor units."""

    balance: int
    overdue: int
    overdue_interest: int
    stock: int
    interest_behind: int = 0
    royalty_behind: int = 0


@dataclass(slots=True)
class BookFindings:
    """What is wrong, and what is unusual."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def check_books(prepared: Prepared, parts: Mapping[str, Forecast], file: ActualFile) -> BookFindings:
    """Every row against the books before it. Periods and contracts of the rows are those of the run."""
    found = BookFindings()
    first = prepared.today.period
    groups = {name: [part] for name, part in parts.items()} if file.by_asset else {"": [*parts.values()]}
    rows: dict[str, list[ActualRow]] = defaultdict(list)
    for row in sorted(file.rows, key=lambda row: row.period):
        rows[row.asset].append(row)
    for name, group in groups.items():
        claims = [
            (part, part.contract.under(prepared.performance.index))
            for part in group
            if isinstance(part.contract, ResolvedContract)
        ]
        whole: Int64 = np.sum([part.balance for part in group], axis=0)
        before = _Before(
            sum(int(part.balance[first]) for part in group),
            sum(int(part.overdue[first]) for part in group),
            sum(int(part.amounts["overdue_interest"][first - 1]) for part in group) if first else 0,
            sum(int(part.stock[first]) for part in group),
        )
        for row in rows[name]:
            check = _Row(prepared, file, row, group, claims, whole, before)
            found.problems += check.problems()
            found.warnings += check.unusual()
            before = check.after()
    return found


@dataclass(slots=True)
class _Row:
    """One row against the books before it.

    group  : the contracts that it tells of
    claims : those of them that are claims, as the run has them
    whole  : their balances together, int64 (T + 1,), from the cut-off
    """

    prepared: Prepared
    file: ActualFile
    row: ActualRow
    group: Sequence[Forecast]
    claims: Sequence[tuple[Forecast, ResolvedContract]]
    whole: Int64
    before: _Before

    @property
    def t(self) -> int:
        return self.row.period - 1

    def problems(self) -> Iterator[Problem]:
        """What cannot be."""
        yield from self._labels()
        yield from self._of_its_kind()
        yield from self._balance()
        yield from self._stock()
        yield from self._fees()

    def after(self) -> _Before:
        """The books after the row."""
        row, before, t = self.row, self.before, self.t
        # What defaulted bears no interest that could be behind.
        interest = 0
        for part, claim in self.claims:
            standing = max(0, self._share(part) - row.amount("defaulted"))
            interest += due_in(claim, self.prepared, t, standing, self.prepared.performance).interest
        royalty = sum(int(part.amounts["royalty"][t]) for part in self.group)
        kept = row.amounts["defaulted_stock"]
        paid = row.amount("interest") + row.amount("fee_interest")
        return _Before(
            row.amount("performing"),
            row.amount("overdue_principal"),
            row.amount("overdue_interest"),
            max(0, self._stock_after() + self._unpaid_most() if kept is None else kept),
            max(0, before.interest_behind + interest - paid),
            max(0, before.royalty_behind + royalty - row.amount("royalty")),
        )

    def _in(self, minor: int) -> Decimal:
        return amount_in(minor, self.prepared.deal.currency)

    def _wrong(self, column: str, what: str, found: str | None = None, code: str = _CODE) -> Problem:
        amount = self.row.amounts.get(column)
        shown = found if found is not None else "" if amount is None else str(self._in(amount))
        return self.file.problem(self.row.line, column, what, shown, "correct the file", code)

    def _labels(self) -> Iterator[Problem]:
        row, schedule, currency = self.row, self.prepared.schedule, self.prepared.deal.currency
        since, until = schedule.collection[self.t], schedule.collection[row.period]
        if row.collection_date not in (None, until):
            what: str = Message("period {period} ends on {until}", period=row.period, until=until)
            yield self._wrong("collection_date", what, str(row.collection_date))
        if row.currency not in (None, currency):
            what = Message("the deal is in {currency}", currency=currency)
            yield self._wrong("currency", what, row.currency)
        dated = [("default_date", amount) for _, amount in row.defaulted_on]
        for column, amount in [*row.amounts.items(), *dated]:
            if (amount or 0) % unit_of(currency):
                what = Message("the amount is finer than {currency} is paid", currency=currency)
                yield self._wrong(column, what, str(from_minor(amount or 0)))
        yield from self._days(since, until)

    def _days(self, since: dt.date, until: dt.date) -> Iterator[Problem]:
        row = self.row
        royalty = any(isinstance(part.contract, ResolvedRoyalty) for part in self.group)
        for day, _ in row.defaulted_on:
            # A royalty is known to be lost where it is paid, some time after the reporting period.
            if not (royalty or since < day) or day > until:
                what: str = Message(
                    "the day is not in the period, after {since} and up to {until}", since=since, until=until
                )
                yield self._wrong("default_date", what, str(day))
        dated = sum(amount or 0 for _, amount in row.defaulted_on)
        lost = row.amount("defaulted") or (royalty and row.entitled is not None)
        if dated and not row.asset:
            yield self._wrong("default_date", "only a contract has days with amounts", str(self._in(dated)))
        elif row.defaulted_on and not lost:
            what = "a day of a default, and nothing has defaulted"
            yield self._wrong("default_date", what, str(row.defaulted_on[0][0]))
        elif dated > row.amount("defaulted"):
            what = Message("more than has defaulted, {amount}", amount=self._in(row.amount("defaulted")))
            yield self._wrong("default_date", what, str(self._in(dated)))

    def _of_its_kind(self) -> Iterator[Problem]:
        """Amounts that none of the contracts of the row can have."""
        claims, royalties = self.claims, len(self.group) > len(self.claims)
        expected = any(
            part.contract.contract.as_of and part.contract.contract.as_of.expected for part in self.group
        )
        fees = any(claim.contract.fee_bearing for _, claim in claims)
        loans = any(not claim.contract.fee_bearing for _, claim in claims)
        lacking = [
            *(() if claims else _OF_CLAIMS),
            *(() if royalties else _OF_ROYALTIES),
            *(() if fees or not claims else ("fee", "fee_interest")),
            *(() if loans or not claims else ("principal",)),
        ]
        for column in () if expected else lacking:
            if self.row.amount(column):
                yield self._wrong(column, "the contract brings no such amount")
        if self.row.entitled is not None and (claims or not royalties):
            yield self._wrong("entitled", "only a royalty has a share that is left", str(self.row.entitled))

    def _fallen(self) -> int:
        """By what the balance fell, without what is still overdue."""
        row = self.row
        return (
            row.amount("principal") + row.amount("fee") - row.amount("fee_interest") + row.amount("prepayment")
            + row.amount("bought_back") + row.amount("lost") + row.amount("defaulted")
        )  # fmt: skip

    def _balance(self) -> Iterator[Problem]:
        row, before = self.row, self.before
        if not self.claims:
            return
        if row.amount("fee_interest") > row.amount("fee"):
            yield self._wrong("fee_interest", "a fee has more interest in it than there is of it")
            return
        right = before.balance + before.overdue - row.amount("overdue_principal") - self._fallen()
        implied = row.amount("performing") - right
        if row.amount("fee") and row.amounts["fee_interest"] is None:
            yield from self._implied_interest(implied)
        elif implied:
            what = Message(
                "the balance before, {before}, less all by which it fell, {fallen}, is {right}",
                before=self._in(before.balance + before.overdue),
                fallen=self._in(self._fallen() + row.amount("overdue_principal")),
                right=self._in(right),
            )
            yield self._wrong("performing", what)

    def _implied_interest(self, implied: int) -> Iterator[Problem]:
        """The interest in fees, where it is not given, is what the contract rate gives."""
        row, before = self.row, self.before
        moved = ("overdue_principal", "prepayment", "bought_back", "lost", "defaulted")
        untouched = not any((before.overdue, before.overdue_interest, *map(row.amount, moved)))
        fee, interest = self._fees_due()
        most = self._interest_most()
        right: int | None = None
        if untouched and row.amount("fee") == fee:
            right = interest
        elif not 0 <= implied <= most:
            right = min(max(implied, 0), most)
        if right is not None and implied != right:
            what = Message(
                "at the contract rate the fees hold {right} of interest, and the balance is {balance}",
                right=self._in(right),
                balance=self._in(row.amount("performing") - implied + right),
            )
            yield self._wrong("performing", what)

    def _fees_due(self) -> tuple[int, int]:
        """The licence fees due in the period on the balance before it, and the interest in them."""
        fee = interest = 0
        for part, claim in self.claims:
            if claim.contract.fee_bearing:
                due = due_in(claim, self.prepared, self.t, self._share(part), self.prepared.performance)
                fee, interest = fee + due.interest + due.principal, interest + due.interest
        return fee, interest

    def _share(self, part: Forecast) -> int:
        """The balance of a contract before the period; of a row of the pool its part by the forecast."""
        if len(self.group) == 1:
            return self.before.balance
        whole = int(self.whole[self.t])
        own = int(part.balance[self.t])
        return (
            own
            if whole == self.before.balance
            else int(multiply_divide(own, self.before.balance, max(1, whole), "up")[0])
        )

    def _interest_most(self) -> int:
        """The most interest that the period can bring."""
        row, before = self.row, self.before
        early = any(row.amount(key) for key in ("prepayment", "bought_back", "defaulted", "recovery"))
        late = before.overdue or before.overdue_interest or before.interest_behind
        most = before.overdue_interest + before.interest_behind
        for part, claim in self.claims:
            most += interest_of(claim, self.prepared, self.t, self._share(part), bool(early or late))
        return most

    def _stock_after(self) -> int:
        row = self.row
        return (
            self.before.stock + row.amount("defaulted") - row.amount("recovery") - row.amount("written_off")
        )

    def _unpaid_most(self) -> int:
        """The most interest that recoveries have a claim to, on what defaulted in the period."""
        performance, most = self.prepared.performance, 0
        named = [one for part in self.group if (one := performance.defaults.get(part.name)) is not None]
        known = [*performance.as_written, *(each for one in named for each in one.recoveries or ())]
        if not self.row.amount("defaulted") or not any(one.of_interest for one in known):
            return 0
        for part, claim in self.claims:
            defaulted = min(self._share(part), self.row.amount("defaulted"))
            most += interest_of(claim, self.prepared, self.t, defaulted, True)
        return most

    def _stock(self) -> Iterator[Problem]:
        row, after = self.row, self._stock_after()
        if not self.claims and not self.before.stock:
            return
        most, kept = self._unpaid_most(), row.amounts["defaulted_stock"]
        if after + most < 0:
            column = "recovery" if after + most + row.amount("written_off") < 0 else "written_off"
            what = Message(
                "of what has defaulted, {stock} was left",
                stock=self._in(self.before.stock + row.amount("defaulted") + most),
            )
            yield self._wrong(column, what)
        elif kept is not None and not after <= kept <= after + most:
            what = Message(
                "the stock before, {before}, and what defaulted, less what was recovered and written off, is {right}",
                before=self._in(self.before.stock),
                right=self._in(after),
            )
            yield self._wrong("defaulted_stock", what)

    def _fees(self) -> Iterator[Problem]:
        row, before = self.row, self.before
        if not row.amount("fee"):
            return
        most = before.overdue + before.overdue_interest
        for part, claim in self.claims:
            if claim.contract.fee_bearing:
                most += fees_left(claim, self.prepared, self.t, self._share(part))
        if row.amount("fee") > most:
            yield self._wrong("fee", Message("no more than {most} is owed in fees", most=self._in(most)))
        elif row.amounts["fee_interest"] is not None and row.amount("fee_interest") > (
            limit := self._interest_most()
        ):
            what = Message("the contract rate gives no more than {most}", most=self._in(limit))
            yield self._wrong("fee_interest", what)

    def unusual(self) -> Iterator[Problem]:
        """What the terms do not give, and what may be right."""
        row, before = self.row, self.before
        if (interest := row.amount("interest")) > (most := self._interest_most()):
            what = Message("the contract rate gives no more than {most}", most=self._in(most))
            yield self._wrong("interest", what, str(self._in(interest)), _UNUSUAL)
        terms = [part.contract.contract for part in self.group if isinstance(part.contract, ResolvedRoyalty)]
        if row.amounts["sales"] is not None and terms and all(one.within_sales for one in terms):
            most = row.amount("sales") + before.royalty_behind
            if row.amount("royalty") > most:
                what = Message("sales were {sales}", sales=self._in(row.amount("sales")))
                yield self._wrong("royalty", what, None, _UNUSUAL)
