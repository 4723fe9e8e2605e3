"""Every kind of file, in one table: its model, its checks, what it is recognised by, and where it is explained.

Loading, schemas, validation, fields and the reference page are loops over :data:`KINDS`. Where the files of a
kind stand is a row of :mod:`securitize.library.shelves`, which lists and completion read without loading models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, Literal, TypeVar, get_args

from pydantic import BaseModel

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions import checks
from securitize.definitions.accepted import Sifted, sift
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.checks import check_chain, warnings_of_chain
from securitize.definitions.checks.curves import check_market_file
from securitize.definitions.codes import is_warning
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.documents.loaded import Loaded, first_of_each_file
from securitize.definitions.documents.reading import Document
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.financing.checks import costs_of_values_have_values
from securitize.definitions.financing.financing import Financing
from securitize.definitions.policies.policy import Policy
from securitize.definitions.policies.programme import Programme
from securitize.definitions.pools.build import Build
from securitize.definitions.pools.dated_cash import take_in
from securitize.definitions.pools.pool import Pool
from securitize.definitions.rules.capital import InternalSet, RatingsSet, StandardisedSet
from securitize.definitions.rules.preset import Preset
from securitize.definitions.scenarios.deal_stresses import DEAL_STRESSES
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.definitions.scenarios.scenario import Scenario
from securitize.definitions.suites.suite import Suite
from securitize.library.shelves import Shelf, shelf_of

FileKind = Literal[
    "deal",
    "pool",
    "build",
    "chain",
    "scenario",
    "market",
    "holidays",
    "state",
    "random_performance",
    "financing",
    "alternative",
    "policy",
    "programme",
    "suite",
    "preset",
    "standardised_capital",
    "ratings_capital",
    "internal_capital",
]
#: What only the floors above the definitions can check of a file.
Further = Literal["nothing", "candidates", "curves", "patterns"]
# Covariant: a kind of deals stands in the table of all kinds; its checks are asked of what it loaded itself.
M = TypeVar("M", bound=BaseModel, covariant=True)  # noqa: PLC0105
_PRIORITY, _ASSETS = "docs/reference/priority-of-payments.md", "docs/reference/assets.md"
_POOLS, _MARKETS = "docs/reference/pools.md", "docs/reference/markets.md"
_COST, _RULES = "docs/reference/financing-cost.md", "docs/reference/rules.md"


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[M]):
    """A kind of file.

    name          : as ``securitize schema`` takes it
    title         : as messages and the reference page say it
    model         : what the file holds
    signature     : alternatives; a file in which all keys of one stand at the top is of this kind, see
                    :mod:`securitize.definitions.recognition`
    discriminator : the key of the signature whose word tells kinds with the same signature apart
    bare          : whether a file that has no kind's signature is of this one, where it knows each of its keys
    reference     : page and section that explain it
    sections      : other pages and sections, by the first word of a field's path
    tables        : other pages and sections, by a word in the name of the model of a field
    check         : what must hold beyond the model
    check_in_part : what can still be asked where parts are faulty
    check_raw     : what is asked of the bare tables where the file is faulty
    attach        : the document with rows of files beside it, and their bytes by name
    warnings      : what is odd about a file that can be used, and what of it the file accepts
    further       : what is checked beyond that, by the floors above
    """

    name: FileKind
    title: str
    model: type[M]
    signature: tuple[tuple[str, ...], ...]
    reference: str
    discriminator: str = ""
    bare: bool = False
    sections: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Loaded[M]], list[Problem]] | None = None
    check_in_part: Callable[[Loaded[M]], list[Problem]] | None = None
    check_raw: Callable[[Loaded[None]], list[Problem]] | None = None
    attach: Callable[[Document], tuple[Document, Mapping[str, bytes]]] | None = None
    warnings: Callable[[Loaded[M]], Sifted] | None = None
    further: Further = "nothing"

    @property
    def shelf(self) -> Shelf:
        """Where its files stand."""
        return shelf_of(self.name)

    @property
    def keys(self) -> AbstractSet[str]:
        """Every key that may stand at the top."""
        return _keys(self.model)[0]

    @property
    def required(self) -> AbstractSet[str]:
        """Every key that must stand at the top."""
        return _keys(self.model)[1]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the discriminator that mean this kind; none where there is no discriminator."""
        return get_args(self.model.model_fields[self.discriminator].annotation) if self.discriminator else ()

    def reference_of(self, first: str, owner: str) -> str:
        """Page and section of a field, by the first word of its path and the model that owns it."""
        in_table = (place for word, place in self.tables.items() if word in owner)
        return self.sections.get(first) or next(in_table, self.reference)


@cache
def _keys(model: type[BaseModel]) -> tuple[frozenset[str], frozenset[str]]:
    """All keys of a table as written, and those that must be there."""
    fields = {info.alias or name: info.is_required() for name, info in model.model_fields.items()}
    return frozenset(fields), frozenset(name for name, needed in fields.items() if needed)


def _sections(page: str, numbers: Mapping[str, int]) -> dict[str, str]:
    return {first: _section(page, number) for first, number in numbers.items()}


def _section(page: str, number: int) -> str:
    return Message("{page}, section {number}", page=page, number=number)


def _warnings_of_pool(pool: Loaded[Pool]) -> Sifted:
    # What else would be asked beside a deal is not: no entry is in vain yet.
    stand, accepted = sift(filter(is_warning, checks.check_pool(pool)), (pool,), lambda code: False)
    return first_of_each_file(stand), accepted


def _warnings_of_chain(chain: Loaded[Chain]) -> Sifted:
    return warnings_of_chain(chain), []


#: Where acceptances of warnings are explained.
_ACCEPTED = _section("docs/reference/plausibility.md", 3)

DEAL = Kind(
    name="deal",
    title="deal",
    model=Deal,
    signature=(("priority",), ("notes", "pool")),
    reference=_section(_PRIORITY, 1),
    sections={
        **_sections(
            _PRIORITY,
            {
                "dates": 2, "accounts": 4, "collections": 4, "notes": 5, "principal_distribution": 5, "fees": 6,
                "support": 7, "triggers": 8, "clean_up_call": 9, "issuer_call": 9, "priority": 10, "limits": 10,
                "principal_deficiency": 10, "residual_to": 11, "closing": 12,
            },
        ),
        "performance": _section(_ASSETS, 3),
    },
    tables={"Accepted": _ACCEPTED},
    check=checks.check_deal,
    check_in_part=checks.check_deal_in_part,
)  # fmt: skip
POOL = Kind(
    name="pool",
    title="pool",
    model=Pool,
    signature=(("contracts",),),
    reference=_section(_ASSETS, 1),
    tables={"Royalty": _section(_ASSETS, 7), "Accepted": _ACCEPTED},
    check=checks.check_pool,
    check_raw=checks.unknown_names_in_pool,
    attach=take_in,
    warnings=_warnings_of_pool,
)
BUILD = Kind(
    name="build",
    title="build",
    model=Build,
    signature=(("candidates",),),
    reference=_section(_POOLS, 1),
    sections=_sections(
        _POOLS,
        {
            "candidates": 2, "score": 3, "value": 4, "screens": 5, "limits": 6, "venue": 6, "venue_waived": 6,
            "objective": 7, "contract_terms": 8,
        },
    ),
    further="candidates",
)  # fmt: skip
CHAIN = Kind(
    name="chain",
    title="chain",
    model=Chain,
    signature=(("nodes",),),
    reference=_section("docs/reference/chains.md", 1),
    check=check_chain,
    check_in_part=check_chain,
    warnings=_warnings_of_chain,
    further="patterns",
)
SCENARIO = Kind(
    name="scenario",
    title="scenario",
    model=Scenario,
    signature=(("stress",),),
    bare=True,  # The base of a template stresses nothing.
    reference=_section(_ASSETS, 6),
    tables={each.__name__: _section(_PRIORITY, 14) for each in DEAL_STRESSES},
)
MARKET = Kind(
    name="market",
    title="market",
    model=Market,
    signature=(("lpr",), ("curves",), ("spreads",), ("indices",), ("history",)),
    reference=_section(_MARKETS, 1),
    sections=_sections(_ASSETS, {"lpr": 1, "lpr_until": 1, "indices": 1}),
    check=check_market_file,
    check_in_part=check_market_file,
    further="curves",
)
HOLIDAYS = Kind(
    name="holidays",
    title=Message("calendar"),
    model=Holidays,
    signature=(("holidays",),),
    reference=_section(_MARKETS, 7),
)
STATE = Kind(
    name="state",
    title="state",
    model=State,
    signature=(("as_of",),),
    reference=_section(_PRIORITY, 13),
)
RANDOM_PERFORMANCE = Kind(
    name="random_performance",
    title="random performance",
    model=RandomPerformance,
    signature=(("loading",),),
    reference="docs/reference/random-performance.md",
)
FINANCING = Kind(
    name="financing",
    title="financing",
    model=Financing,
    signature=(("deal",), ("facility",)),
    reference=_section(_COST, 1),
    check=costs_of_values_have_values,
)
ALTERNATIVE = Kind(
    name="alternative",
    title="alternative",
    model=Alternative,
    signature=(("instrument",),),
    reference=_section(_COST, 4),
)
POLICY = Kind(
    name="policy",
    title="policy",
    model=Policy,
    signature=(("rules",), ("loss_splits",)),
    reference="docs/reference/policies.md",
)
PROGRAMME = Kind(
    name="programme",
    title="programme",
    model=Programme,
    signature=(("uses",),),
    reference="docs/reference/programme.md",
)
SUITE = Kind(
    name="suite",
    title="suite",
    model=Suite,
    signature=(("scenarios",), ("reverse",)),
    reference="docs/reference/suites.md",
)
PRESET = Kind(
    name="preset",
    title="preset",
    model=Preset,
    signature=(("tests",),),
    reference=_RULES,
)


def _capital(name: FileKind, model: type[M]) -> Kind[M]:
    """A set of capital parameters; the approach says which."""
    return Kind(
        name=name,
        title="capital set",
        model=model,
        signature=(("approach",),),
        discriminator="approach",
        reference=_RULES,
    )


STANDARDISED_CAPITAL = _capital("standardised_capital", StandardisedSet)
RATINGS_CAPITAL = _capital("ratings_capital", RatingsSet)
INTERNAL_CAPITAL = _capital("internal_capital", InternalSet)
_ALL: tuple[Kind[BaseModel], ...] = (
    DEAL, POOL, BUILD, CHAIN, SCENARIO, MARKET, HOLIDAYS, STATE, RANDOM_PERFORMANCE, FINANCING, ALTERNATIVE, POLICY,
    PROGRAMME, SUITE, PRESET, STANDARDISED_CAPITAL, RATINGS_CAPITAL, INTERNAL_CAPITAL,
)  # fmt: skip
KINDS: dict[str, Kind[BaseModel]] = {kind.name: kind for kind in _ALL}
