"""What ``securitize savings`` prints: each company's cost and saving, the pool's cost by component, break-evens."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing, Message
from securitize.reports.summary import kinds_of_numbers
from securitize.reports.tables import plain, to_json
from securitize.reports.terminal import NOTHING, Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.studies.savings.savings import Savings

Row = dict[str, Any]
POLICIES = {"without": "without policy 不含政策", "with": "with policy 含政策"}
GROUPS = {
    "coupon": "coupon 票息",
    "interest": "interest 利息",
    "guarantee": "guarantee 担保",
    "insurance": "insurance 保险",
    "fee": "fee 费用",
    "tax": "tax 税费",
    "margin": "margin 平台利差",
    "deposit": "deposit 保证金",
    "subsidy": "subsidy 补贴",
    "all": "all-in 综合成本",
}

PUBLIC_COST = ("paid 支出", "bp 降低", "per bp", "per yuan", "leverage 杠杆")
KINDS = {"principal": "principal 本金"}


def as_json(savings: Savings) -> str:
    """Every table as one JSON object; money as decimal strings, dates as ISO 8601."""
    tables = {name: [plain(row) for row in savings.arrow(name).to_pylist()] for name in savings.names}
    return to_json({"about": dict(savings.about), "warnings": list(savings.warnings), "tables": tables})


def print_savings(savings: Savings) -> None:
    """The comparison on standard output."""
    _print_header(savings)
    rows = _in_order(savings, _rows(savings, "savings"))
    subsidised = bool(_rows(savings, "subsidies"))
    for policy in ("without", "with"):
        if policy == "with" and not subsidised:
            print_line("no policy pays: costs with policy are those without (--policy names one)")
            print_line("")
            continue
        _print_companies(rows, policy)
        if policy == "with" and _as_if(savings):
            print_line(
                "AS IF: policies are applied outside their dates or places 假设适用，超出政策期限或地区"
            )
            print_line("")
    _print_parts(savings, subsidised)
    _print_notes(savings, rows)
    _print_break_even(rows, "with" if subsidised else "without")
    _print_paths(savings, "with" if subsidised else "without")
    _print_refused(savings)
    _print_subsidies(savings)
    _print_public_cost(savings)
    if subsidised and not any(row["side"] != "securitization" for row in _rows(savings, "subsidies")):
        print_line(
            "the alternatives get no subsidy here: many places subsidise pledge loans too (--policy names one)"
        )
    print_line(_how_read(savings))


def _print_public_cost(savings: Savings) -> None:
    """What policies cost the public, side by side."""
    rows = [
        [
            row["side"],
            _whole(row["paid"]),
            NOTHING if row["lowered_bp"] is None else f"{row['lowered_bp']:.2f}",
            _whole(row["per_basis_point"]) if row["per_basis_point"] is not None else NOTHING,
            NOTHING if row["per_unit_saved"] is None else f"{row['per_unit_saved']:.2f}",
            NOTHING if row["leverage"] is None else f"{row['leverage']:.1f}",
        ]
        for row in _rows(savings, "public_cost")
    ]
    if rows:
        columns = [Column("side"), *(Column(name, right=True) for name in PUBLIC_COST)]
        label = ", AS IF the policies held 假设适用" if _as_if(savings) else ""
        print_table(f"What policies cost the public 财政成本{label}", columns, rows)


def _as_if(savings: Savings) -> bool:
    return any(row["as_if"] for row in _rows(savings, "subsidies"))


def _rows(savings: Savings, table: str) -> list[Row]:
    found: list[Row] = savings.arrow(table).to_pylist()
    return found


def _in_order(savings: Savings, rows: list[Row]) -> list[Row]:
    """Companies in the order of the pool, then pool and deal."""
    order = {debt.company: k for k, debt in enumerate(savings.comparison.inputs.debts)}
    last = {"company": 0, "pool": 1, "deal": 2}
    return sorted(rows, key=lambda row: (last[row["level"]], order.get(row["company"], 0), row["policy"]))


def _print_header(savings: Savings) -> None:
    about = savings.about
    print_line(f"{about.get('name')}  {about.get('title')}")
    if about.get("title_zh"):
        print_line(str(about["title_zh"]))
    kinds = [row["kind"] for row in _rows(savings, "assumptions")]
    label = "; the pool is SYNTHETIC" if about.get("synthetic") else ""
    print_line(f"scenario: {about.get('scenario') or 'base case'}; {kinds_of_numbers(kinds)}{label}")
    print_line("")


def _print_companies(rows: list[Row], policy: str) -> None:
    columns = [
        Column("company 企业"),
        Column("amount 金额", right=True),
        Column("here", right=True),
        Column("best", right=True),
        Column("saves", right=True),
        Column("best alternative"),
    ]
    lines = [
        [
            row["company"] if row["level"] == "company" else row["level"],
            _whole(row["principal"]),
            _percent(row["securitization_bp"]),
            _percent(row["alternative_bp"]),
            _basis(row["saving_bp"]),
            row["alternative"] or "none",
        ]
        for row in rows
        if row["policy"] == policy and not _says_nothing(row, rows)
    ]
    print_table(
        f"All-in cost a year 综合年化成本, {POLICIES[policy]}; saving 节约 in basis points", columns, lines
    )


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
        title = "securitization 证券化" if mine else "best alternatives 最优替代融资"
        _print_cost(
            Message(
                "Cost of the pool by component, {title}, {policies}", title=title, policies=POLICIES[policy]
            ),
            rows,
        )


def _print_cost(title: str, rows: list[Row]) -> None:
    if not rows:
        return
    order = list(GROUPS)
    rows = sorted(rows, key=lambda row: (order.index(row["group"]), row["component"]))
    lines = []
    for row in rows:
        name = "" if row["component"] in (row["group"], "all", "platform margin") else row["component"]
        lines.append(
            [GROUPS[row["group"]], name, row["money"], _basis(row["rate_bp"]), _basis(row["simple_bp"])]
        )
    columns = [
        Column(""),
        Column("component 科目", wraps=True),
        Column("money 金额", right=True),
        Column("bp", right=True),
        Column("simple bp", right=True),
    ]
    print_table(title, columns, lines)
    whole = next((row for row in rows if row["group"] == "all"), None)
    if whole is not None and whole["nominal_bp"] is not None:
        print_line(
            f"effective {whole['rate_bp'] / 100:.4f}%, nominal {whole['nominal_bp'] / 100:.4f}%, "
            f"plain sum of the press {whole['simple_bp'] / 100:.4f}%"
        )
        print_line("")


def _print_notes(savings: Savings, rows: list[Row]) -> None:
    """What a reader would stumble over."""
    if any(row["securitization_bp"] is None and row["saving_a_year"] is not None for row in rows):
        print_line("- instead of a rate: the subsidies leave no rate that the one without them could move to")
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


def _print_break_even(rows: list[Row], policy: str) -> None:
    lines = []
    for row in rows:
        if row["policy"] != policy or row["level"] == "deal" or row["saving_bp"] is None:
            continue
        if _says_nothing(row, rows):
            continue
        lines.append(
            [
                row["company"] if row["level"] == "company" else "pool",
                _whole(row["saving_present_value"]),
                _whole(row["saving_a_year"]),
                _basis(row["break_even_rate_bp"]),
                _basis(row["break_even_fee_bp"]),
                _whole(row["break_even_subsidy"]),
            ]
        )
    columns = [
        Column("company 企业"),
        Column("value 现值", right=True),
        Column("a year 年", right=True),
        Column("rate bp 利率", right=True),
        Column("fee bp 费用", right=True),
        Column("subsidy 补贴", right=True),
    ]
    if lines:
        title = "Saving in money 节约额, and the changes at which it vanishes 临界变动"
        print_table(f"{title}, {POLICIES[policy]}", columns, lines)


def _print_paths(savings: Savings, policy: str) -> None:
    """How savings spread over random paths; nothing where none were drawn."""
    if "saving_paths" not in savings.names:
        return
    rows = [row for row in _in_order(savings, _rows(savings, "saving_paths")) if row["policy"] == policy]
    lines = [
        [
            row["company"] if row["level"] == "company" else "pool",
            f"{row['default_probability']:.2%}",
            *(_whole(row[name]) for name in ("mean", "error", "quantile_5", "quantile_95")),
            f"{row['loses']:.2%}",
            _whole(row["mean_defaulting"]),
            _whole(row["mean_bad_market"]),
        ]
        for row in rows
    ]
    headings = ("defaults", "mean 均值", "± error", "5%", "95%", "loses", "in default", "bad market")
    columns = [Column("company 企业"), *(Column(one, right=True) for one in headings)]
    title = f"Saving over {rows[0]['paths']:,} random paths 随机路径, present value, {POLICIES[policy]}"
    print_table(title, columns, lines)
    print_line(
        "a company that defaults pays and receives nothing from then on, on either side (bad market: the worst tenth)"
    )
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
        [alternative, reason, "all" if len(met) == companies else ", ".join(met)]
        for (alternative, reason), met in sorted(reasons.items())
    ]
    if lines:
        columns = [
            Column("alternative 替代融资"),
            Column("why not 原因"),
            Column("companies 企业", wraps=True),
        ]
        print_table("Alternatives that cannot be had (in full: table offers)", columns, lines)


def _print_subsidies(savings: Savings) -> None:
    sums: dict[tuple[str, str, str], list[Any]] = {}
    for row in _rows(savings, "subsidies"):
        key = (row["side"], f"{row['policy']}: {row['rule']}", row["recipient"])
        found = sums.setdefault(key, [0, Decimal(0), Decimal(0), row["as_if"]])
        found[0] += 1
        found[1] += row["amount"]
        found[2] += row["before_caps"]
    lines = [
        [side, rule, recipient, count, _whole(paid), _whole(before), as_if]
        for (side, rule, recipient), (count, paid, before, as_if) in sums.items()
    ]
    if lines:
        columns = [
            Column("side 方案", wraps=True),
            Column("policy and rule 政策", wraps=True),
            Column("paid to"),
            Column("no."),
            Column("amount 金额", right=True),
            Column("uncapped", right=True),
            Column("as if"),
        ]
        print_table("Subsidies 补贴", columns, lines)


def _how_read(savings: Savings) -> str:
    rate = savings.comparison.discount_rate
    return Message(
        "rates are effective, a year of 365 days; above 0 a saving is for securitization; "
        "present values in the table savings are at {rate:.4%}; every number of the inputs "
        "stands with its source in the table assumptions",
        rate=rate,
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
    title, title_zh = savings.comparison.inputs.titles.get(company, ("", ""))
    print_line(f"{company}  {title} {title_zh}".rstrip())
    print_line("")
    _print_flows([row for row in flows if row["side"] == "securitization"])
    costs = [row for row in _rows(savings, "financing_cost") if row["company"] == company]
    best = {
        row["policy"]: row["alternative"] for row in _rows(savings, "savings") if row["company"] == company
    }
    subsidised = any(row["group"] == "subsidy" for row in flows)
    for policy in ("without", "with") if subsidised else ("without",):
        for side in ("securitization", best[policy]):
            rows = [row for row in costs if row["side"] == side and row["policy"] == policy]
            _print_cost(Message("Cost, {side}, {policies}", side=side, policies=POLICIES[policy]), rows)


def _print_flows(rows: list[Row]) -> None:
    """One row a date, one column a kind of cash, and what is left; the table company_cash_flows has each component."""
    met = {row["group"] for row in rows}
    kinds = [kind for kind in ("principal", *GROUPS) if kind in met]
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        day = sums.setdefault(row["date"].isoformat(), {})
        day[row["group"]] = day.get(row["group"], Decimal(0)) + row["amount"]
    lines = [
        [day, *(found.get(kind) for kind in kinds), sum(found.values())]
        for day, found in sorted(sums.items())
    ]
    totals = [sum((found.get(kind, Decimal(0)) for found in sums.values()), Decimal(0)) for kind in kinds]
    lines.append(["all", *totals, sum(totals, Decimal(0))])
    columns = [
        Column("date 日期"),
        *(Column(KINDS.get(kind, GROUPS.get(kind, kind)), right=True) for kind in kinds),
    ]
    print_table(
        "Cash of the company 企业现金流 (above 0: received)",
        [*columns, Column("net 净额", right=True)],
        lines,
    )


def _percent(basis_points: float | None) -> str:
    """To the basis point and two digits more."""
    return NOTHING if basis_points is None else f"{basis_points / 100:.4f}%"


def _basis(basis_points: float | None) -> str:
    return (
        NOTHING
        if basis_points is None
        else f"{basis_points:+.2f}"
        if basis_points < 0
        else f"{basis_points:.2f}"
    )


def _whole(amount: Decimal | None) -> str:
    """Currency units without decimals: what a line of a summary has room for."""
    return NOTHING if amount is None else f"{amount:,.0f}"
