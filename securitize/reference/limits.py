"""Section 10 of the reference: limits of steps, of their payees, and named ones."""

from __future__ import annotations

from securitize.reference.numbers import money, number
from securitize.reference.state import LimitState, Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such, one_of, word_of

RENEWALS = ("payment", "year", "life")


def cut(v: Vehicle, amount: int, limit: Table | None, due: int, available: int) -> int:
    """Section 10, 3 and 4: `amount` cut to a limit; limits round down."""
    if limit is None:
        return amount
    if "amount" in limit:
        return min(amount, money(limit["amount"]))
    bases = {
        "due": due,
        "available": available,
        "smaller": min(due, available),
        "collections": v.collected(),
    }
    return min(amount, v.down(number(limit["percent"]) * bases[word_of(limit, "of", *bases)]))


def renews(v: Vehicle, per: str) -> bool:
    """Sections 6 and 10: whether a cap or limit is whole again on this date."""
    one_of("renewal", per, RENEWALS)
    new_year = per == "year" and v.today.year != v.d[v.t - 1].year
    return v.t == 1 or per == "payment" or new_year


def amount_of(v: Vehicle, limit: LimitState) -> int:
    """Section 10, named limits: what it is whole, today."""
    terms = limit.terms
    if "amount" in terms:
        return money(terms["amount"])
    of = terms["of"]
    if of == "pool":
        base = v.performing[v.t]
    elif of == "pool-at-cut-off":
        base = v.performing[0]
    elif of == "collections":
        base = v.collected()
    elif isinstance(of, str):
        raise no_such("base of a limit", of)
    else:
        base = sum(v.notes[name].balance for name in of)
    return v.down(number(terms["percent"]) * base)


def renew_limits(v: Vehicle) -> None:
    """Section 10, named limits: each is whole at its renewal."""
    for limit in v.limits.values():
        if renews(v, limit.terms["per"]):
            limit.left = amount_of(v, limit)
