"""The figures of ``marginals.toml`` that come from real tables, computed again: ``python -m synthetic.marginals``."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("marginals.toml")


def marginals() -> dict[str, Any]:
    """The tables of ``marginals.toml``, figures as bare values."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return value["value"] if "value" in value else {key: bare(inner) for key, inner in value.items()}
        return value

    return {key: bare(value) for key, value in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


def derive(data: Path, facts: Path) -> dict[str, dict[str, Any]]:
    """The derived figures, from the folder of reference data and the folder of facts."""
    import pandas as pd

    sample = pd.read_csv(data / "cn_patent_lifecycle_sample_sipo_1993_2002.csv", low_memory=False)
    granted = sample[sample["grant"].notna()]
    companies = granted[(granted["Chinese"] == 1) & (granted["type1_company"] == 1)]
    lag = (pd.to_datetime(granted["grant"]) - pd.to_datetime(granted["app_date"])).dt.days / 365.25
    quality = pd.read_csv(data / "derived_cn_ep_us_quality_by_chain_node.csv").set_index("node")
    hazard = pd.read_csv(data / "derived_cn_lapse_hazard_by_age.csv")
    lapse = hazard[hazard["group"] == "company_domestic"].sort_values("age_since_filing")["annual_lapse_prob"]
    firms = pd.read_csv(data / "inst_innovation_aghion_2013.csv").sort_values(["company", "year"])
    ratio = firms.groupby("company")["sales"].pct_change()[firms.groupby("company")["year"].diff() == 1]
    growth = np.log1p(ratio[np.isfinite(ratio)].clip(lower=-0.9))
    deals = json.loads((facts / "deals.json").read_text(encoding="utf-8"))["deals"]
    amounts = np.log([d["size_yi"] * 1e8 / d["n_firms"] for d in deals if d["size_yi"] and d["n_firms"]])
    kinds = [(d["n_invention"], d["n_utility"]) for d in deals if d["n_invention"] and d["n_utility"]]

    def log_normal(values: Any) -> dict[str, float]:
        return {
            "mean_log": round(float(np.mean(values)), 4),
            "sd_log": round(float(np.std(values, ddof=1)), 4),
        }

    def of_node(node: str) -> tuple[dict[str, float], dict[str, float]]:
        row = dict(quality.loc[[node]].iloc[0])
        cited = {"mean": round(row["cites_mean"], 2), "shape": round(row["cites_negbin_r"], 3)}
        return cited, {"mean": round(row["family_mean"], 2)}

    battery, vehicle = of_node("battery"), of_node("ev_drivetrain")
    return {
        "claims": log_normal(np.log(companies["total_claims"].clip(lower=1))),
        "grant_lag": log_normal(np.log(lag)),
        "inventors": {"mean": round(float(sample["total_inventers"].mean()), 4)},
        "citations": {"lithium-battery": battery[0], "electric-vehicle": vehicle[0]},
        "family": {"lithium-battery": battery[1], "electric-vehicle": vehicle[1]},
        "lapse": {"probabilities": [round(float(p), 4) for p in lapse]},
        "growth": log_normal(growth),
        "contract": {
            "mean_log_amount": round(float(amounts.mean()), 4),
            "sd_log_amount": round(float(amounts.std(ddof=1)), 4),
            "utility_model_share": round(sum(u for _, u in kinds) / sum(i + u for i, u in kinds), 4),
        },
    }


def main() -> None:
    """Print what the real tables say today."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the reference data")
    parser.add_argument("--facts", type=Path, required=True, help="folder of the facts")
    given = parser.parse_args()
    print(json.dumps(derive(given.data, given.facts), indent=1))


if __name__ == "__main__":
    main()
