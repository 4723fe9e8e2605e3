"""Lapse of patents, from reference data: ``python -m calibrations.lapse --data ../shared/data [--write]``.

Prints the fitted curves, the models of durations, the multipliers of fields and the back-test; ``--write`` renews
``securitize/patents/lapse_curves.toml``, which a test holds equal to what this computes.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import numpy as np

from calibrations.lapse_backtest import AS_OF, back_test, report, scores
from calibrations.lapse_sample import FOLLOWED_TO, SOURCE, Sample, known_on, on_clock, read_sample
from securitize.base.arrays import Float64
from securitize.patents.durations import MODELS, DurationFit, fit_durations
from securitize.patents.lapse import AGES, CURVES, constant_hazard, exposures, fit_curves

TARGET = Path(__file__).resolve().parents[1] / "securitize/patents/lapse_curves.toml"
REFERENCE = "derived_cn_lapse_hazard_by_age.csv"
OECD = "oecd_epo_patent_quality_cohort_2019_subset.csv"
FIELDS = "wipo_ipc35_technology_fields.csv"
OECD_SOURCE = (
    "OECD patent quality indicators (2019), EPO filings 1988-1994, renewal; fields: WIPO (Schmoch 2008)"
)
_HEADER = """\
# How Chinese patents lapse. Figures computed by `python -m calibrations.lapse`; a test holds this file equal to what
# it computes. Curves: by year of age since filing, 0 to 19, on the clock of renewal decisions (lapse.risk_time);
# exposure in decisions faced, hazard a decision, lower and upper its 95% band. docs/model/lapse-and-value.md.
"""


def derive(data: Path) -> dict[str, Any]:
    """Every figure of ``lapse_curves.toml``, from the folder of the reference data."""
    sample = read_sample(data)
    known = known_on(sample, FOLLOWED_TO)
    entry, leave = on_clock(known)
    curves = fit_curves(entry, leave, known.lapsed, sample.owner, sample.foreign)
    cells = {
        name: {
            "exposure": _rounded(curves.exposure[row], 2),
            "lapses": [int(count) for count in curves.lapses[row]],
            "hazard": _rounded(curves.hazard[row], 5),
            "lower": _rounded(curves.lower[row], 5),
            "upper": _rounded(curves.upper[row], 5),
        }
        for row, name in enumerate(CURVES)
    }
    return {
        "sample": {"patents": sample.filing.size, "lapses": int(known.lapsed.sum())},
        "curves": cells,
        "durations": {
            origin: {name: _written(fit) for name, fit in fits.items()}
            for origin, fits in durations(sample).items()
        },
        "backtest": {
            name: value if isinstance(value, int) else round(value, 4)
            for name, value in scores(back_test(sample)).items()
        },
        "fields": fields(data),
    }


def durations(sample: Sample) -> dict[str, dict[str, DurationFit]]:
    """Models of the years from grant, and from filing with truncation at the grant, to the published lapse."""
    known = known_on(sample, FOLLOWED_TO)
    return {
        "from-grant": {m: fit_durations(m, known.exit_age - known.grant_age, known.lapsed) for m in MODELS},
        "from-filing": {m: fit_durations(m, known.exit_age, known.lapsed, known.grant_age) for m in MODELS},
    }


def fields(data: Path) -> dict[str, dict[str, Any]]:
    """Mean renewal in years and multiplier on the hazard of each WIPO field, weighted by patents."""
    with (data / FIELDS).open(encoding="utf-8", newline="") as file:
        names = {int(row["field_nr"]): row["field_name"].strip() for row in csv.DictReader(file)}
    weight, total = np.zeros(36), np.zeros(36)
    with (data / OECD).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["variable"] == "renewal" and 1988 <= int(row["filing"]) <= 1994:
                field, patents = int(row["tech_field"]), float(row["patents"])
                weight[field] += patents
                total[field] += patents * float(row["mean"])
    known = np.flatnonzero(weight)
    mean = total[known] / weight[known]
    multiplier = constant_hazard(mean) / constant_hazard(total.sum() / weight.sum())
    return {
        str(field): {
            "name": names[int(field)],
            "mean_years": round(float(y), 2),
            "multiplier": round(float(m), 3),
        }
        for field, y, m in zip(known, mean, multiplier, strict=True)
    }


def against_reference(data: Path, sample: Sample) -> dict[str, tuple[float, float]]:
    """Largest difference from the table of hazards by age, of exposure and of lapses, by group of that table.

    There an age counts in plain years since the grant, and a patent with two kinds of owner counts in both groups.
    """
    known = known_on(sample, FOLLOWED_TO)
    company, university, individual = sample.flags
    groups = {
        "all": np.ones(sample.filing.shape, bool),
        "domestic": ~sample.foreign,
        "foreign": sample.foreign,
        "company": company,
        "company_domestic": company & ~sample.foreign,
        "university_institute": university,
        "individual": individual,
    }
    counted = {
        name: exposures(known.grant_age[g], known.exit_age[g], known.lapsed[g]) for name, g in groups.items()
    }
    worst = dict.fromkeys(groups, (0.0, 0.0))
    with (data / REFERENCE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            (years, lapses), age = counted[row["group"]], int(row["age_since_filing"])
            one = abs(years[age] - float(row["exposure_patent_years"]))
            other = abs(lapses[age] - float(row["lapses"]))
            before = worst[row["group"]]
            worst[row["group"]] = (max(before[0], one), max(before[1], other))
    return worst


def toml_text(figures: dict[str, Any]) -> str:
    """``lapse_curves.toml`` with these figures."""
    derived = f'kind = "derived"\nsource = "{SOURCE}"\n'
    lines = [_HEADER, "[sample]", f"{derived}{_pairs(figures['sample'])}", "[curves]", derived]
    for name, cells in figures["curves"].items():
        lines += [f"[curves.{name}]", _pairs(cells)]
    for origin, fits in figures["durations"].items():
        lines += [f"[durations.{origin}]", derived.rstrip()]
        lines += [f"{name} = {{ {_inline(fit)} }}" for name, fit in fits.items()]
        lines.append("")
    backtest = f"as_of = {AS_OF}\nuntil = {FOLLOWED_TO}\n{_pairs(figures['backtest'])}"
    lines += ["[backtest]", f"{derived}{backtest}", "[fields]"]
    lines += [
        "# By number of the WIPO field; the multiplier acts on the hazard. Includes applications never granted."
    ]
    lines += [f'kind = "derived"\nsource = "{OECD_SOURCE}"']
    lines += [f"{field} = {{ {_inline(entry)} }}" for field, entry in figures["fields"].items()]
    return "\n".join(lines) + "\n"


def _written(fit: DurationFit) -> dict[str, float]:
    return {"location": round(fit.location, 4), "spread": round(fit.spread, 4), "aic": round(fit.aic, 1)}


def _rounded(values: Float64, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


def _value(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _inline(entry: dict[str, Any]) -> str:
    return ", ".join(f"{key} = {_value(value)}" for key, value in entry.items())


def _pairs(entry: dict[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in entry.items())


def _tables(figures: dict[str, Any], sample: Sample, data: Path) -> str:
    lines = [f"{figures['sample']['patents']} granted patents, {figures['sample']['lapses']} lapses", ""]
    lines.append("hazard a renewal decision by age" + "".join(f"{age:>7d}" for age in range(3, AGES)))
    for name, cells in figures["curves"].items():
        lines.append(f"{name:<32}" + "".join(f"{value:7.3f}" for value in cells["hazard"][3:]))
    lines += ["", "model of the duration          location  spread      AIC"]
    for origin, fits in figures["durations"].items():
        for name, fit in fits.items():
            lines.append(
                f"{origin + ', ' + name:<30} {fit['location']:8.4f}  {fit['spread']:6.4f}  {fit['aic']:8.1f}"
            )
    lines += ["", "largest difference from the table by plain age: patent-years, lapses"]
    lines += [f"{name:<22} {y:6.3f} {c:4.0f}" for name, (y, c) in against_reference(data, sample).items()]
    return "\n".join([*lines, "", report(sample)])


def main() -> None:
    """Print the tables; with ``--write`` renew the committed figures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the reference data")
    parser.add_argument("--write", action="store_true", help=f"renew {TARGET.name}")
    given = parser.parse_args()
    figures = derive(given.data)
    print(_tables(figures, read_sample(given.data), given.data))
    if given.write:
        TARGET.write_text(toml_text(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
