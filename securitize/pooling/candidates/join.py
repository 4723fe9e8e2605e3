"""Patents, companies and contracts by their keys; what cannot be joined is reported, and nothing is guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from securitize.base.messages import Message
from securitize.pooling.candidates.cleaning import CleanTable
from securitize.pooling.candidates.columns import ROW
from securitize.pooling.candidates.faults import FaultCode
from securitize.pooling.candidates.names import comparison_key, likely_former_names


class CompanyIndex:
    """Finds the key of a company from its key, credit code, registered name or a former name."""

    def __init__(self, companies: Any) -> None:
        self.exact: dict[str, str] = {}
        self.names: list[str] = []
        by_name: dict[str, set[str]] = {}
        columns = ("company", "credit_code", "name", "former_names")
        for key, code, name, former in zip(
            *(companies[column].to_pylist() for column in columns), strict=True
        ):
            self.exact[key] = key
            if code:
                self.exact.setdefault(code, key)
            for written in filter(None, (name, *(former or ()))):
                by_name.setdefault(comparison_key(written), set()).add(key)
                self.names.append(written)
        #: Names that two companies bear lead to neither.
        self.ambiguous = {name: keys for name, keys in by_name.items() if len(keys) > 1}
        self.by_name = {name: min(keys) for name, keys in by_name.items() if len(keys) == 1}

    def find(self, written: str) -> str | None:
        """The key, or None. Names are compared without forms of company, signs and capitals, never by likeness."""
        return self.exact.get(written.strip()) or self.by_name.get(comparison_key(written))


def join(cleaned: Mapping[str, CleanTable]) -> None:
    """Replace names by keys, reject contracts of unknown companies, and tell of what belongs to nobody.

    Afterwards each company and contract that a patent or contract names stands in its table. Only tables that were
    handed in are asked for; ``cleaned`` is changed.
    """
    patents, companies, contracts = (cleaned.get(name) for name in ("patents", "companies", "contracts"))
    if companies is not None:
        index = CompanyIndex(companies.table)
        _log_ambiguous(companies, index)
        strangers: list[tuple[CleanTable, int, str, str]] = []
        if contracts is not None:
            strangers += _contracts_to_companies(contracts, index)
        if patents is not None:
            strangers += _patents_to_companies(patents, index)
        _suggest_former_names(index, strangers)
    if patents is not None and contracts is not None:
        _patents_to_contracts(patents, contracts)
    if companies is not None:
        _log_idle_companies(companies, [one for one in (patents, contracts) if one is not None])


def _log_ambiguous(companies: CleanTable, index: CompanyIndex) -> None:
    rows = dict(zip(companies.table["company"].to_pylist(), companies.table[ROW].to_pylist(), strict=True))
    for name, keys in index.ambiguous.items():
        named = ", ".join(sorted(keys))
        why = Message("the companies {named} bear it; patents and contracts must name their key", named=named)
        companies.log.say(max(rows[key] for key in keys), "name", name, why, FaultCode.STATEMENTS, name)


def _contracts_to_companies(
    contracts: CleanTable, index: CompanyIndex
) -> list[tuple[CleanTable, int, str, str]]:
    import pyarrow as pa

    written = contracts.table["company"].to_pylist()
    rows = contracts.table[ROW].to_pylist()
    found = [index.find(text) if text else None for text in written]
    for row, text, key in zip(rows, written, found, strict=True):
        if key is None:
            contracts.log.say(
                row, "company", text or "", "there is no such company", FaultCode.UNKNOWN_COMPANY
            )
        elif key != text:
            contracts.log.say(row, "company", text, "the key of the company", "", key)
    strangers = [
        (contracts, row, "company", text)
        for row, text, key in zip(rows, written, found, strict=True)
        if key is None and text
    ]
    contracts.table = _set(contracts.table, "company", pa.array(found, pa.string())).filter(
        pa.array([key is not None for key in found], pa.bool_())
    )
    return strangers


def _patents_to_companies(patents: CleanTable, index: CompanyIndex) -> list[tuple[CleanTable, int, str, str]]:
    """The company of each patent: as named, else the one that its owner is by name."""
    import pyarrow.compute as pc

    named = patents.table["company"].combine_chunks()
    owner = patents.table["owner"].combine_chunks()
    written = pc.coalesce(named, owner)
    encoded = written.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    keys = _texts([index.find(text) for text in distinct])
    key = keys.take(encoded.indices)
    rows = patents.table[ROW].to_numpy()
    changed = pc.fill_null(pc.and_(pc.is_valid(named), pc.not_equal(named, key)), False)
    _log(patents, changed, "company", named, key, "the key of the company")
    filled = pc.and_(pc.is_null(named), pc.is_valid(key))
    _log(patents, filled, "company", owner, key, "the owner is this company, by its name")
    nobody = pc.is_null(key)
    why = "no company of the table owns it"
    _log(patents, nobody, "company", written, _texts([None] * len(rows)), why, FaultCode.NO_COMPANY)
    patents.table = _set(patents.table, "company", key)
    indices = encoded.indices.fill_null(-1).to_numpy()
    lost = np.flatnonzero(nobody.to_numpy(zero_copy_only=False) & (indices >= 0))
    _, first = np.unique(indices[lost], return_index=True)
    return [(patents, int(rows[place]), "company", distinct[indices[place]]) for place in lost[first]]


def _suggest_former_names(index: CompanyIndex, strangers: list[tuple[CleanTable, int, str, str]]) -> None:
    likely = likely_former_names([name for *_, name in strangers], index.names)
    for one, row, column, name in strangers:
        for suggestion in (each for each in likely if each.name == name):
            why = Message(
                "may be a former name, or a misspelling, of {other} ({score:.0f} of 100); if it is, add "
                "it to former_names",
                other=suggestion.other,
                score=suggestion.score,
            )
            one.log.say(row, column, name, why, FaultCode.FORMER_NAME, name)


def _patents_to_contracts(patents: CleanTable, contracts: CleanTable) -> None:
    import pyarrow.compute as pc

    named = patents.table["contract"].combine_chunks()
    known = pc.is_in(named, value_set=contracts.table["contract"].combine_chunks())
    unknown = pc.and_(pc.is_valid(named), pc.invert(known))
    nothing = _texts([None] * len(named))
    _log(patents, unknown, "contract", named, nothing, "there is no such contract", FaultCode.CONTRACT)
    patents.table = _set(patents.table, "contract", pc.if_else(known, named, None))
    behind = set(pc.unique(patents.table["contract"]).to_pylist())
    for key, row in zip(
        contracts.table["contract"].to_pylist(), contracts.table[ROW].to_pylist(), strict=True
    ):
        if key not in behind:
            why = "no candidate patent stands behind it"
            contracts.log.say(row, "contract", key, why, FaultCode.CONTRACT, key)


def _log_idle_companies(companies: CleanTable, others: list[CleanTable]) -> None:
    busy = Counter(key for other in others for key in other.table["company"].to_pylist())
    for key, row in zip(
        companies.table["company"].to_pylist(), companies.table[ROW].to_pylist(), strict=True
    ):
        if others and not busy[key]:
            why = "it has neither candidate patents nor contracts"
            companies.log.say(row, "company", key, why, FaultCode.NO_CANDIDATES, key)


def _log(one: CleanTable, mask: Any, column: str, before: Any, after: Any, why: str, code: str = "") -> None:
    import pyarrow as pa

    chosen = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
    places = pa.array(chosen)
    rows = one.table[ROW].to_numpy()
    one.log.add(rows[chosen], column, before.take(places), after.take(places), why, code)


def _texts(found: list[str | None]) -> Any:
    import pyarrow as pa

    return pa.array(found, pa.string())


def _set(table: Any, name: str, column: Any) -> Any:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
