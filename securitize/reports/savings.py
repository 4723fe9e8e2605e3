"""What ``securitize savings`` prints: each company's cost and saving, the pool's cost by component, break-evens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing, Message, in_language
from securitize.reports.headings import cell, heading, print_rows, table_word
from securitize.reports.names import titled
from securitize.reports.one_sided import print_one_sided
from securitize.reports.scenario_words import print_stresses
from securitize.reports.summary import kinds_of_numbers
from securitize.reports.tables import plain_rows, to_json
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.wording import in_unit
from securitize.reports.words import in_users
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from securitize.studies.savings.savings import Savings

Row = dict[str, Any]
#: Kinds of cash in the order in which they are printed.
GROUPS = (
    "principal",
    "coupon",
    "interest",
    "guarantee",
    "insurance",
    "fee",
    "tax",
    "margin",
    "deposit",
    "subsidy",
    "all",
)
COMPANIES = ("company", "principal", "securitization_bp", "alternative_bp", "saving_bp", "alternative")
COST = ("group", "component", "money", "rate_bp", "simple_bp")
BREAK_EVEN = (
    "company", "saving_present_value", "saving_a_year", "break_even_rate_bp", "break_even_fee_bp", "break_even_subsidy",
)  # fmt: skip
PATHS = (
    "company", "default_probability", "mean", "error", "quantile_5", "quantile_95", "loses", "mean_defaulting",
    "mean_bad_market",
)  # fmt: skip
PUBLIC_COST = ("side", "paid", "lowered_bp", "per_basis_point", "per_unit_saved", "leverage")
SUBSIDY = ("side", "policy", "rule", "recipient")


def as_json(savings: Savings) -> str:
    """Every table as one JSON object; money as decimal strings, dates as ISO 8601."""
    tables = {name: plain_rows(savings.arrow(name)) for name in savings.names}
    return to_json({"about": dict(savings.about), "warnings": list(savings.warnings), "tables": tables})


def print_savings(savings: Savings) -> None:
    """The comparison on standard output."""
    _print_header(savings)
    rows = _in_order(savings, _rows(savings, "savings"))
    subsidised = bool(_rows(savings, "subsidies"))
    _print_companies(savings, rows, "without")
    if subsidised:
        _print_companies(savings, rows, "with")
        if _as_if(savings):
            print_line("AS IF: policies are applied outside their dates or places")
            print_line("")
    else:
        print_line("no policy pays: costs with policies are those without (--policy names one)")
        print_line("")
    _print_parts(savings, subsidised)
    _print_notes(savings, rows)
    _print_break_even(savings, rows, "with" if subsidised else "without")
    _print_paths(savings, "with" if subsidised else "without")
    _print_refused(savings)
    _print_subsidies(savings)
    _print_public_cost(savings)
    if subsidised and not any(row["side"] != "securitization" for row in _rows(savings, "subsidies")):
        print_line(
            "the alternatives get no subsidy here: many places subsidise pledge loans too (--policy names one)"
        )
    _print_how_read(savings)


def _policies(policy: str) -> Message:
    return Message("with policies") if policy == "with" else Message("without policies")


def _currency(savings: Savings) -> str:
    return savings.comparison.inputs.currency


def _side(savings: Savings, name: str) -> str:
    """The securitization, or an alternative: its Chinese title where Chinese is spoken, as it is typed in English."""
    _, title_zh = savings.comparison.titles.get(name, ("", ""))
    return in_users(name, title_zh or table_word("financing_cost", "side", name))


def _company(row: Row) -> str:
    """The company of a row, or that it is the whole pool or the deal."""
    return str(row["company"]) if row["level"] == "company" else table_word("savings", "level", row["level"])


def _print_public_cost(savings: Savings) -> None:
    """What policies cost the public, side by side."""
    rows = [{**row, "side": _side(savings, row["side"])} for row in _rows(savings, "public_cost")]
    if rows:
        title = Message("What policies cost the public")
        if _as_if(savings):
            title = Message("What policies would cost the public as if they applied")
        print_rows(in_unit(title, _currency(savings)), "public_cost", rows, PUBLIC_COST, wraps=("side",))


def _as_if(savings: Savings) -> bool:
    return any(row["as_if"] for row in _rows(savings, "subsidies"))


def _rows(savings: Savings, table: str) -> list[Row]:
    return printed_rows(savings.arrow(table))


def _in_order(savings: Savings, rows: list[Row]) -> list[Row]:
    """Companies in the order of the pool, then pool and deal."""
    order = {debt.company: k for k, debt in enumerate(savings.comparison.inputs.debts)}
    last = {"company": 0, "pool": 1, "deal": 2}
    return sorted(rows, key=lambda row: (last[row["level"]], order.get(row["company"], 0), row["policy"]))


def _print_header(savings: Savings) -> None:
    print_one_sided(savings)
    about = savings.about
    print_line(titled(str(about.get("name")), str(about.get("title")), str(about.get("title_zh") or "")))
    kinds = kinds_of_numbers([row["kind"] for row in _rows(savings, "assumptions")])
    if about.get("scenario"):
        print_line("scenario {scenario}; {numbers}", scenario=str(about["scenario"]), numbers=kinds)
    else:
        print_line("base case; {numbers}", numbers=kinds)
    print_stresses(about)
    if about.get("since"):
        print_line(
            "what remains after {since}: what was paid until then counts on neither side",
            since=str(about["since"]),
        )
    if about.get("synthetic"):
        print_line("the pool is SYNTHETIC: its contracts are invented")
    print_line("")


def _print_companies(savings: Savings, rows: list[Row], policy: str) -> None:
    lines = [
        {
            **row,
            "company": _company(row),
            "alternative": _side(savings, row["alternative"]) if row["alternative"] else in_language("none"),
        }
        for row in rows
        if row["policy"] == policy and not _says_nothing(row, rows)
    ]
    title = Message("All-in financing cost of companies, {policies}", policies=_policies(policy))
    print_rows(in_unit(title, _currency(savings)), "savings", lines, COMPANIES, wraps=("alternative",))


def _says_nothing(row: Row, rows: list[Row]) -> bool:
    """The pool's line where it has one company, the deal's where policies pay nobody but companies."""
    if row["level"] == "pool":
        return len({one["company"] for one in rows if one["level"] == "company"}) == 1
    if row["level"] != "deal":
        return False
    pool = next(one for one in rows if one["level"] == "pool" and one["policy"] == row["policy"])
    return bool(all(pool[name] == row[name] for name in ("securitization_bp", "alternative_bp")))


def _print_parts(savings: Savings, subsidised: bool) -> None:
    """The pool's cost by component: the securitization's with policy, and the best alternatives' beside it."""
    policy = "with" if subsidised else "without"
    found = [
        row for row in _rows(savings, "financing_cost") if row["level"] == "pool" and row["policy"] == policy
    ]
    for mine in (True, False):
        rows = [row for row in found if (row["side"] == "securitization") == mine]
        title = Message("Financing cost of the pool: securitization, {policies}", policies=_policies(policy))
        if not mine:
            title = Message(
                "Financing cost of the pool: best alternatives, {policies}", policies=_policies(policy)
            )
        _print_cost(savings, title, rows)


def _print_cost(savings: Savings, title: Message, rows: list[Row]) -> None:
    if not rows:
        return
    lines = [
        {**row, "component": _component(row)}
        for row in sorted(rows, key=lambda row: (GROUPS.index(row["group"]), row["component"]))
    ]
    print_rows(in_unit(title, _currency(savings)), "financing_cost", lines, COST, wraps=("component",))
    whole = next((row for row in rows if row["group"] == "all"), None)
    if whole is not None and whole["nominal_bp"] is not None:
        print_line(
            "all-in rate: effective {effective:.4f}%, nominal {nominal:.4f}%; plain sum {plain:.4f}%",
            effective=whole["rate_bp"] / 100,
            nominal=whole["nominal_bp"] / 100,
            plain=whole["simple_bp"] / 100,
        )
        print_line("")


def _component(row: Row) -> str:
    """The name of a component where it says more than its group."""
    if row["component"] in (row["group"], "all", "platform margin"):
        return ""
    return in_users(
        row["component"], row["component_zh"] or table_word("financing_cost", "component", row["component"])
    )


def _print_notes(savings: Savings, rows: list[Row]) -> None:
    """What a reader would stumble over."""
    if any(row["securitization_bp"] is None and row["saving_a_year"] is not None for row in rows):
        print_line("a rate is left out where the subsidies leave cash that no rate fits")
        print_line("")
    margins = [
        row["money"]
        for row in _rows(savings, "financing_cost")
        if (row["level"], row["policy"], row["side"], row["group"])
        == ("pool", "without", "securitization", "margin")
    ]
    if sum(margins, Decimal(0)) < 0:
        print_line(
            "the platform margin is below 0: the contract rate does not carry the costs that are assumed beside it"
        )
        print_line("")


def _print_break_even(savings: Savings, rows: list[Row], policy: str) -> None:
    lines = [
        {**row, "company": _company(row)}
        for row in rows
        if row["policy"] == policy
        and row["level"] != "deal"
        and row["saving_bp"] is not None
        and not _says_nothing(row, rows)
    ]
    if lines:
        title = Message(
            "Saving in money, and what alone would make it 0, {policies}", policies=_policies(policy)
        )
        print_rows(in_unit(title, _currency(savings)), "savings", lines, BREAK_EVEN)
        print_line(
            "break-evens: a change of the coupon; a fee once, of principal; a subsidy, below 0: "
            "there is a saving without one"
        )
        print_line("")


def _print_paths(savings: Savings, policy: str) -> None:
    """How savings spread over random paths; nothing where none were drawn."""
    if "saving_paths" not in savings.names:
        return
    rows = [row for row in _in_order(savings, _rows(savings, "saving_paths")) if row["policy"] == policy]
    title = Message(
        "Present value of the saving over {paths:,} random paths, {policies}",
        paths=rows[0]["paths"],
        policies=_policies(policy),
    )
    lines = [{**row, "company": _company(row)} for row in rows]
    print_rows(in_unit(title, _currency(savings)), "saving_paths", lines, PATHS)
    print_line("a company that defaults pays and receives nothing from then on, on either side")
    print_line("")


def _print_refused(savings: Savings) -> None:
    """Why alternatives cannot be had: each reason once, with the companies that it meets."""
    rows = _rows(savings, "offers")
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if not row["available"]:
            reasons.setdefault((row["alternative"], row["reason"]), []).append(row["company"])
    companies = len({row["company"] for row in rows})
    lines = [
        [
            _side(savings, alternative),
            cell("offers", "reason", reason),
            Message("all") if len(met) == companies else Listing(met),
        ]
        for (alternative, reason), met in sorted(reasons.items())
    ]
    if lines:
        columns = [
            heading("offers", "alternative"),
            heading("offers", "reason"),
            heading("offers", "company", wraps=True),
        ]
        print_table("Alternatives that companies cannot have (in full: table offers)", columns, lines)


def _print_subsidies(savings: Savings) -> None:
    sums: dict[tuple[str, ...], list[Any]] = {}
    for row in _rows(savings, "subsidies"):
        found = sums.setdefault(
            tuple(row[name] for name in SUBSIDY), [0, Decimal(0), Decimal(0), row["as_if"]]
        )
        found[0] += 1
        found[1] += row["amount"]
        found[2] += row["before_caps"]
    lines = [
        [
            _side(savings, side),
            policy,
            rule,
            cell("subsidies", "recipient", recipient),
            count,
            paid,
            before,
            as_if,
        ]
        for (side, policy, rule, recipient), (count, paid, before, as_if) in sums.items()
    ]
    if lines:
        columns = [
            *(heading("subsidies", name, wraps=name != "recipient") for name in SUBSIDY),
            Column("Payments", right=True),
            *(heading("subsidies", name) for name in ("amount", "before_caps", "as_if")),
        ]
        print_table(in_unit(Message("Subsidies"), _currency(savings)), columns, lines)


def _print_how_read(savings: Savings) -> None:
    print_line(
        "but for the nominal rate and the plain sum, rates are effective annual rates, a year of 365 days; "
        "a saving above 0 is in favour of securitization"
    )
    print_line(
        "present values are discounted at {rate:.4%}; table assumptions has the origin of every number",
        rate=savings.comparison.discount_rate,
    )


def print_company(savings: Savings, company: str) -> None:
    """One company: its cash on the securitization's side, and the cost of both sides by component."""
    flows = [row for row in _rows(savings, "company_cash_flows") if row["company"] == company]
    if not flows:
        known = dict.fromkeys(row["company"] for row in _rows(savings, "company_cash_flows"))
        raise UsageError(
            "there is no company {company}; companies are {known}",
            company=printable(company),
            known=Listing(known),
        )
    _print_header(savings)
    title = in_users(*savings.comparison.inputs.titles.get(company, ("", "")))
    print_line(f"{company}  {title}".rstrip())
    print_line("")
    _print_flows(savings, [row for row in flows if row["side"] == "securitization"])
    costs = [row for row in _rows(savings, "financing_cost") if row["company"] == company]
    best = {
        row["policy"]: row["alternative"] for row in _rows(savings, "savings") if row["company"] == company
    }
    subsidised = any(row["group"] == "subsidy" for row in flows)
    for policy in ("without", "with") if subsidised else ("without",):
        for side in ("securitization", best[policy]):
            rows = [row for row in costs if row["side"] == side and row["policy"] == policy]
            title = Message(
                "Financing cost: {side}, {policies}",
                side=_side(savings, side or ""),
                policies=_policies(policy),
            )
            _print_cost(savings, title, rows)


def _print_flows(savings: Savings, rows: list[Row]) -> None:
    """One row a date, one column a kind of cash, and what is left; the table company_cash_flows has each component."""
    met = {row["group"] for row in rows}
    kinds = [kind for kind in GROUPS if kind in met]
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        day = sums.setdefault(row["date"].isoformat(), {})
        day[row["group"]] = day.get(row["group"], Decimal(0)) + row["amount"]
    lines: list[Sequence[Any]] = [_line(day, found, kinds) for day, found in sorted(sums.items())]
    totals = {
        kind: sum((found.get(kind, Decimal(0)) for found in sums.values()), Decimal(0)) for kind in kinds
    }
    lines.append(_line(Message("Total"), totals, kinds))
    columns = [
        heading("company_cash_flows", "date"),
        *(Column(table_word("company_cash_flows", "group", kind).capitalize(), right=True) for kind in kinds),
        Column("Net", right=True),
    ]
    title = Message("Cash of the company, above 0 received")
    print_table(in_unit(title, _currency(savings)), columns, lines)


def _line(first: str, found: Mapping[str, Decimal], kinds: Sequence[str]) -> list[Any]:
    return [first, *(found.get(kind) for kind in kinds), sum(found.values())]
