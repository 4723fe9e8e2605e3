"""Nothing of the program stands there for tests alone: a command, the Python API or `python -m securitize` names it."""

from __future__ import annotations

from pathlib import Path

import pytest

import securitize
from tests.packaging.reach import Program

_KERNEL = "called through sys.modules, where the kernels are loaded"
_LOSSES = "the recursion of one loss an obligor, and its limit: what securitize losses is compared with"
_PAGE = "makes a page of docs/reference, which a test holds current"
_PATENTS = "the value and life of patents: a command is to come; until then calibrations and tests call it"
_SECOND = "the state of section 13 as the second engine says it, which tests hold the first engine's to"
_SHARES = "who bears a loss, and what a guarantor may take on: a command is to come"

#: What nothing that a user calls names, and why it may stand. It only gets shorter: what is reached is taken out here.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "securitize.base.streams_kernel": dict.fromkeys(("fill", "pick"), _KERNEL),
    "securitize.definitions.glossary_page": {"glossary_page": _PAGE},
    "securitize.definitions.codes_page": {"reference_page": _PAGE},
    "securitize.definitions.kinds_page": {"reference_page": _PAGE},
    "securitize.definitions.plausibility_page": {"page_tables": _PAGE, "renewed": _PAGE},
    "securitize.financing.policies.losses": dict.fromkeys(
        ("Capacity", "guarantor_capacity", "split_losses"), _SHARES
    ),
    "securitize.patents.backtest": dict.fromkeys(
        (
            "Deciles", "brier_score", "calibration_error", "decile_table", "discrimination", "expected_to_actual",
            "skill", "skill_error",
        ),
        _PATENTS,
    ),
    "securitize.patents.checks": dict.fromkeys(("check_income", "check_lives"), _PATENTS),
    "securitize.patents.durations": dict.fromkeys(
        ("DurationFit", "fit_durations", "log_normal_survival"), _PATENTS
    ),
    "securitize.patents.figures": dict.fromkeys(
        ("ValuationFigures", "field_multipliers", "read_lapse_curves", "valuation_figures"), _PATENTS
    ),
    "securitize.patents.income": dict.fromkeys(
        (
            "Sensitivity", "contribution_rate", "discount_rate", "risk_premium", "sensitivity", "weighted_score",
        ),
        _PATENTS,
    ),
    "securitize.patents.invalidity": {"invalidity_probability": _PATENTS},
    "securitize.patents.lapse": dict.fromkeys(
        (
            "age_bands", "constant_hazard", "credible_hazard", "curve_index", "exposures", "fit_curves",
            "lapse_probability", "poisson_band", "survival",
        ),
        _PATENTS,
    ),
    "securitize.patents.life": {"economic_end": _PATENTS},
    "securitize.patents.renewal": dict.fromkeys(
        ("keeping_cost", "late_surcharge", "months_exceeded", "restoration_cost"), _PATENTS
    ),
    "securitize.patents.renewal_value": dict.fromkeys(
        ("RenewalWarnings", "implied_value", "option_value", "renewal_warnings"), _PATENTS
    ),
    "securitize.patents.value": dict.fromkeys(("reproduction_cost", "valued"), _PATENTS),
    "securitize.reference.interpreter": {"state_at": _SECOND},
    "securitize.reference.midlife": dict.fromkeys(("currency", "written_state"), _SECOND),
    "securitize.risk.losses": dict.fromkeys(
        ("independent_losses", "large_pool_excess", "loss_distribution", "tranche_losses"), _LOSSES
    ),
    "securitize.tables.page": {"reference_page": _PAGE},
}  # fmt: skip


def test_a_user_reaches_everything_but_what_is_listed() -> None:
    program = Program()
    ways_in = program.everything("securitize.commands") | program.everything("securitize.__main__")
    for name in securitize.__all__:
        if name != "__version__":
            home = program.home((securitize._HOMES[name], name))
            assert home is not None
            ways_in.add(home)
    unreached = {f"{module}.{name}" for module, name in program.public() - program.reached(ways_in)}
    listed = {f"{module}.{name}" for module, names in EXCEPTIONS.items() for name in names}
    assert sorted(unreached - listed) == [], (
        "no user reaches these: let a command name them, or take them out"
    )
    assert sorted(listed - unreached) == [], "these are reached or gone: take them out of EXCEPTIONS"


SOURCES = {
    "app/__init__.py": "",
    "app/main.py": (
        "from app import tools\nfrom app.kept import handed\nfrom app.made import Made as Built\n\n"
        "def main(which):\n"
        "    from app.late import late\n"
        "    import app.loaded\n"
        "    return tools.used(), handed(), Built(), late, getattr(tools, 'named_' + which or 'named_so')\n"
    ),
    "app/tools.py": (
        "def used(): return _helped()\ndef _helped(): return deep()\ndef deep(): ...\n"
        "def unused(): return deeper()\ndef deeper(): ...\ndef named_so(): ...\n"
    ),
    "app/kept/__init__.py": "from app.kept.inside import handed, spare\n",
    "app/kept/inside.py": "def handed(): ...\ndef spare(): ...\n",
    "app/made.py": "TABLE = [lambda: listed()]\ndef listed(): ...\nclass Made:\n    def method(self): return within()\n"
    "def within(): ...\n",
    "app/late.py": "def late(): ...\ndef never(): return late()\n",
    "app/loaded.py": "def _at_import(): return run_then()\ndef run_then(): ...\n_at_import()\n",
    "app/alone.py": "from app.tools import unused\n\ndef alone(): return unused()\n",
}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Program(tmp_path, "app")


def test_what_is_not_named_is_found(program: Program) -> None:
    """Not by an import alone, not by a test, not by what is itself unreached."""
    missed = program.public() - program.reached(program.everything("app.main"))
    assert missed == {
        ("app.tools", "unused"),
        ("app.tools", "deeper"),
        ("app.kept.inside", "spare"),
        ("app.late", "never"),
        ("app.alone", "alone"),
    }


def test_a_name_is_followed_to_its_home(program: Program) -> None:
    assert program.home(("app.kept", "handed")) == ("app.kept.inside", "handed")
    assert program.home(("json", "loads")) is None
