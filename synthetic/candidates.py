"""Invented candidates on an industry chain: ``python -m synthetic.candidates lithium-battery electric-vehicle``.

Writes ``patents.csv``, ``companies.csv``, ``contracts.csv``, ``legal_events.csv`` and ``comparables.csv`` into
``pools/NAME``. The same seed gives the same files. No open portfolio of a real pool with its licence contracts exists;
the marginals are those of real tables (``marginals.toml``). Nothing here can be mistaken for a real right: publication
and application numbers lie in ranges that were never issued (with right check digits), credit codes in a region that
does not exist, every name begins with 虚构, and every row says ``synthetic``.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.marginals import marginals
from synthetic.numbers import application_number, credit_code

ROOT = Path(__file__).resolve().parents[1]
AS_OF = dt.date(2025, 6, 30)
#: Shipped pools: patents, companies, seed.
SIZES = {"lithium-battery": (150, 15, 20250630), "electric-vehicle": (2000, 60, 20250631)}
COMPARABLES = 40
REGIONS = ("广州", "深圳", "宁波", "合肥", "常州", "宁德", "南京", "长沙")
SYLLABLES = "澄锐衡启沃岚曜泓彦宸骏钧屹璟朗睿昊廷峻诺"
TRADES = {"lithium-battery": "锂能材料", "electric-vehicle": "电驱科技"}
FORMS = ("一种{}及其制备方法", "{}的制造设备", "一种{}装置", "{}结构及应用", "一种提高{}性能的方法")
PLAIN = ("一种自动化检测装置", "一种输送机构", "一种夹具", "一种控制方法")
BODY, STANDARD_DATE = "虚构标准组织", dt.date(2021, 5, 1)
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A node of a chain that has rules: symbols that meet them, and its keywords."""

    code: str
    symbols: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Candidates:
    """The rows of the five tables."""

    patents: list[Row]
    companies: list[Row]
    contracts: list[Row]
    legal_events: list[Row]
    comparables: list[Row]


def leaves(chain: Path) -> list[Leaf]:
    """The nodes with rules of a chain file. A pattern ``H01M4*`` gives the symbol of its top."""
    rules = tomllib.loads(chain.read_text(encoding="utf-8"))["rules"]
    symbols: dict[str, list[str]] = {}
    keywords: dict[str, list[str]] = {}
    for rule in rules:
        found = [symbol for pattern in rule["patterns"] if (symbol := _symbol(pattern))]
        symbols.setdefault(rule["node"], []).extend(found)
        keywords.setdefault(rule["node"], []).extend(rule.get("keywords", []))
    return [
        Leaf(node, tuple(dict.fromkeys(symbols[node])), tuple(dict.fromkeys(keywords[node])) or ("电池",))
        for node in symbols
        if symbols[node]
    ]


def _symbol(pattern: str) -> str:
    top = pattern.rstrip("*")
    if len(top) == 4:
        return ""  # A whole subclass is no symbol that a patent would carry.
    return top if "/" in top else f"{top}/00"


def draw(name: str, nodes: Sequence[Leaf], patents: int, companies: int, seed: int) -> Candidates:
    """Candidates drawn from the marginals; ``name`` chooses those of its chain."""
    random = np.random.Generator(np.random.Philox(seed))
    told = marginals()
    firms = [_company(random, told, name, k) for k in range(companies)]
    homes = [random.choice(len(nodes), size=int(random.integers(1, 4)), replace=False) for _ in firms]
    shares = random.dirichlet(np.full(companies, 12.0))
    counts = np.maximum(2, np.floor(shares * patents).astype(int))
    while counts.sum() != patents:
        counts[int(np.argmax(counts) if counts.sum() > patents else np.argmin(counts))] += (
            1 if counts.sum() < patents else -1
        )
    rows: list[Row] = []
    events: list[Row] = []
    contracts: list[Row] = []
    for k, firm in enumerate(firms):
        own = [
            _patent(random, told, name, nodes[int(random.choice(homes[k]))], len(rows) + j, firm, events)
            for j in range(int(counts[k]))
        ]
        rows += own
        contracts += _contracts(random, told, firm, own)
    _families(random, rows)
    return Candidates(rows, firms, contracts, events, _comparables(told, nodes, seed))


def _company(random: np.random.Generator, told: Mapping[str, Any], name: str, k: int) -> Row:
    growth = told["growth"]
    before = float(np.exp(random.normal(np.log(9e7), 0.8)))
    steps = np.exp(random.normal(growth["mean_log"], growth["sd_log"], size=2))
    capital = round(float(np.exp(random.normal(np.log(2.5e7), 0.7))), -4)
    revenue = before * float(steps[0] * steps[1])
    staff = int(max(20, random.normal(160, 70)))
    first, second = SYLLABLES[k % 20], SYLLABLES[(k // 20 * 7 + k * 3 + 1) % 20]
    return {
        "company": f"c{k + 1:02d}",
        "credit_code": credit_code("91990000", k + 1),
        "name": f"虚构{first}{second}{TRADES[name]}{k + 1}号有限公司",
        "region": REGIONS[int(random.integers(len(REGIONS)))],
        "group": f"g{k // 7 + 1}" if k % 7 in (0, 1) else "",
        "founded": dt.date(int(random.integers(2004, 2019)), int(random.integers(1, 13)), 15),
        "registered_capital": capital,
        "paid_in_capital": capital if random.random() < 0.85 else round(capital * 0.4, -4),
        "revenue": round(revenue, 2),
        "revenue_before": round(before * float(steps[0]), 2),
        "revenue_two_before": round(before, 2),
        "net_profit": round(revenue * float(random.normal(0.07, 0.05)), 2),
        "debt_ratio": round(float(random.beta(5, 7)), 4),
        "research_spending": round(
            revenue * float(np.clip(random.lognormal(np.log(0.06), 0.5), 0.01, 0.5)), 2
        ),
        "research_staff": int(staff * random.uniform(0.12, 0.45)),
        "staff": staff,
        "policy_industry": _flag(random.random() < 0.5),
        "default_record": _flag(random.random() < 0.03),
        "shell": _flag(random.random() < 0.02),
        "related_to_originator": "false",
        "negative_list": _flag(random.random() < 0.01),
        "synthetic": "true",
    }


def _patent(
    random: np.random.Generator,
    told: Mapping[str, Any],
    name: str,
    leaf: Leaf,
    number: int,
    firm: Row,
    events: list[Row],
) -> Row:
    likely = told["assumed"]
    utility = bool(random.random() < told["contract"]["utility_model_share"])
    age = _age(random, told["lapse"]["probabilities"], 9 if utility else 18)
    age = max(age, 0.8) if utility else age  # A utility model is published when it is granted.
    filing = AS_OF - dt.timedelta(days=int(age * 365.25))
    lag = (
        0.7
        if utility
        else float(random.lognormal(told["grant_lag"]["mean_log"], told["grant_lag"]["sd_log"]))
    )
    grant = filing + dt.timedelta(days=int(lag * 365.25))
    granted = grant <= AS_OF
    digits = f"{9_000_000 + number % 1_000_000:07d}"
    kind = "U" if utility else "B" if granted else "A"
    publication = f"CN{'2' if utility else '1'}99{number % 1_000_000:06d}{kind}"
    published = grant if granted else min(AS_OF, filing + dt.timedelta(days=548))
    cited, members = told["citations"][name], told["family"][name]
    foreign = bool(random.random() < likely["foreign_family_share"])
    symbols = list(
        random.choice(leaf.symbols, size=min(len(leaf.symbols), int(random.integers(1, 4))), replace=False)
    )
    row: Row = {
        "publication_number": publication,
        "application_number": application_number(filing.year, 2 if utility else 1, digits),
        "patent_kind": "utility-model" if utility else "invention",
        "filing_date": filing,
        "publication_date": published,
        "grant_date": grant if granted else "",
        "title": _title(random, leaf, likely["keyword_share"]),
        "ipc": ";".join(symbols),
        "owner": firm["name"],
        "owner_kind": "company",
        "inventors": 1 + int(random.poisson(told["inventors"]["mean"] - 1)),
        "family": f"f{number + 1:05d}",
        "family_size": 2 + int(random.poisson(members["mean"] - 2)) if foreign else 1,
        "foreign_family": _flag(foreign),
        "claims": int(np.clip(random.lognormal(told["claims"]["mean_log"], told["claims"]["sd_log"]), 1, 60)),
        "independent_claims": int(random.integers(1, 4)),
        "forward_citations": int(
            random.negative_binomial(cited["shape"], cited["shape"] / (cited["shape"] + cited["mean"]))
            * (0.2 if utility else min(1.0, age / 8))
        ),
        "legal_status": "in-force" if granted else "pending",
        "award": "中国专利优秀奖（虚构）" if random.random() < likely["award_share"] and granted else "",
        "company": firm["company"],
        "contract": "",
        "synthetic": "true",
    }
    if random.random() < likely["standard_share"]:
        row |= {"standard": "虚构标准 X-1", "standard_body": BODY, "standard_date": STANDARD_DATE}
    if granted:
        _happened(random, row, events, likely, grant, age)
    return row


def _age(random: np.random.Generator, lapses: Sequence[float], longest: int) -> float:
    """Years since filing: as many are alive at an age as survive to it."""
    alive = np.ones(longest + 1)
    for age in range(1, longest + 1):
        lapse = lapses[min(max(age - 3, 0), len(lapses) - 1)] if age >= 3 else 0.0
        alive[age] = alive[age - 1] * (1 - lapse)
    year = int(random.choice(longest + 1, p=alive / alive.sum()))
    return year + float(random.random())


def _title(random: np.random.Generator, leaf: Leaf, share: float) -> str:
    if random.random() > share:
        return str(random.choice(PLAIN))
    return str(random.choice(FORMS)).format(random.choice(leaf.keywords))


def _happened(
    random: np.random.Generator,
    row: Row,
    events: list[Row],
    likely: Mapping[str, float],
    grant: dt.date,
    age: float,
) -> None:
    """Legal events of a granted patent, and what they leave behind."""

    def event(code: str, share_of_life: float) -> None:
        day = grant + dt.timedelta(days=int((AS_OF - grant).days * share_of_life))
        events.append(
            {
                "publication_number": row["publication_number"],
                "application_number": row["application_number"],
                "event_authority": "CN",
                "event_code": code,
                "event_date": day,
                "synthetic": "true",
            }
        )

    event("GR01", 0.0)
    if random.random() < likely["released_share"]:
        event("PE01", 0.2)
        event("PC01", 0.5)
        row |= {"pledges": 1, "pledge_amount": round(float(np.exp(random.normal(15.5, 0.6))), -4)}
    if random.random() < likely["pledged_share"]:
        event("PE01", 0.8)
    licence = random.random()
    if licence < likely["exclusive_licence_share"]:
        row["licence"] = "exclusive"
        event("EE01", 0.6)
    elif licence < likely["exclusive_licence_share"] + likely["ordinary_licence_share"]:
        row["licence"] = "ordinary"
    else:
        row["licence"] = "none"
    if random.random() < likely["preserved_share"]:
        event("PP01", 0.9)
    if age > 4 and random.random() < 0.03:
        event("CF01", 0.95)
        row["legal_status"] = "lapsed"


def _contracts(random: np.random.Generator, told: Mapping[str, Any], firm: Row, own: list[Row]) -> list[Row]:
    """One contract or two, with the granted patents of the company behind them; their revenue fits the amounts."""
    terms, likely = told["contract"], told["assumed"]
    granted = [row for row in own if row["grant_date"]]
    if not granted:
        return []
    total = round(float(np.exp(random.normal(terms["mean_log_amount"], terms["sd_log_amount"]))), -5)
    parts = (
        [total]
        if random.random() < 0.6 or len(granted) < 6
        else [round(total * 0.6, -5), round(total * 0.4, -5)]
    )
    made: list[Row] = []
    for k, amount in enumerate(parts):
        key = f"{firm['company']}-{k + 1}"
        behind = granted[k :: len(parts)]
        years = int(np.clip(round(random.normal(terms["term_years"], 0.7)), 1, 4))
        start = dt.date(2025, 7, 31)
        made.append(
            {
                "contract": key,
                "company": firm["company"],
                "kind": "pledged-loan",
                "amount": amount,
                "lot": 500_000 if random.random() < 0.2 else "",
                "rate": round(float(np.clip(random.normal(0.045, 0.006), 0.03, 0.08)), 4),
                "spread": round(float(np.clip(random.normal(likely["spread"], 0.004), 0.002, 0.03)), 4),
                "start": start,
                "maturity": dt.date(start.year + years, 7, 31),
                "every": "6M",
                "repayment": "equal-principal" if random.random() < 0.6 else "bullet",
                "source": "loan",
                "synthetic": "true",
            }
        )
        if made[-1]["lot"]:
            made[-1]["least"] = min(amount, 3_000_000)
        weights = random.dirichlet(np.full(len(behind), 1.5))
        # Six years of a royalty at 15% are worth about 3.8 times one year.
        needed = amount / likely["advance_rate"] / 3.8 * float(random.lognormal(0, 0.25))
        for row, weight in zip(behind, weights, strict=True):
            contribution = round(float(random.uniform(0.01, 0.05)), 4)
            row |= {
                "contract": key,
                "contribution": contribution,
                "revenue": round(needed * float(weight) / contribution, 2),
                "cost": round(float(random.uniform(2e5, 2e6)), -3),
            }
    return made


def _comparables(told: Mapping[str, Any], nodes: Sequence[Leaf], seed: int) -> list[Row]:
    """Invented deals in patents of the chain, from a stream of their own."""
    random = np.random.Generator(np.random.Philox(seed + 1))
    median, sigma = (float(told["assumed"][name]) for name in ("comparable_price", "comparable_price_sigma"))
    found: list[Row] = []
    for k in range(COMPARABLES):
        many = int(random.integers(1, 7))
        price = many * median * np.exp(random.normal(0, sigma))
        leaf = nodes[int(random.integers(len(nodes)))]
        found.append(
            {
                "comparable": f"deal-{k + 1:02d}",
                "traded_on": (
                    dt.date(2021, 1, 1) + dt.timedelta(days=int(random.integers(0, 1600)))
                ).isoformat(),
                "price": f"{round(price / 1000) * 1000}.0",
                "patents": str(many),
                "patent_kind": "invention" if random.random() < 0.6 else "utility-model",
                "ipc": leaf.symbols[int(random.integers(len(leaf.symbols)))],
                "adjustment": f"{random.choice([0.8, 0.9, 1.0, 1.1, 1.2]):.1f}",
                "source": "invented",
                "synthetic": "true",
            }
        )
    return found


def _families(random: np.random.Generator, rows: list[Row]) -> None:
    """Some neighbours of one company are one family: an invention and the utility model filed beside it."""
    for one, other in pairwise(rows):
        if (
            one["company"] == other["company"]
            and one["contract"] == other["contract"]
            and random.random() < 0.06
        ):
            other["family"] = one["family"]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def write(folder: Path, drawn: Candidates) -> None:
    """The five tables as CSV: UTF-8, one heading line, line feeds."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, Iterable[Row]] = {
        "patents": drawn.patents,
        "companies": drawn.companies,
        "contracts": drawn.contracts,
        "legal_events": drawn.legal_events,
        "comparables": drawn.comparables,
    }
    for name, rows in tables.items():
        listed = list(rows)
        heading = list(dict.fromkeys(key for row in listed for key in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heading, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(listed)


def main() -> None:
    """Write the candidates of the named pools."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("pools", nargs="+", choices=SIZES)
    parser.add_argument("--output", type=Path, default=ROOT / "pools", help="folder of the pools")
    given = parser.parse_args()
    for name in given.pools:
        patents, companies, seed = SIZES[name]
        nodes = leaves(ROOT / "pools/chains" / f"{name}.toml")
        write(given.output / name, draw(name, nodes, patents, companies, seed))


if __name__ == "__main__":
    main()
