"""Which deal shows each mutant first: ``python -m tests.properties.first_seen > tests/properties/seen_by.toml``.

Takes half an hour where nothing is known, since every hunt begins with deal 0.
"""

from __future__ import annotations

from tests.properties.mutants import MUTANTS, SEEN_BY
from tests.properties.test_mutants import WITHIN, hunter


def main() -> None:
    """Print the file; a mutant that no deal shows is left out."""
    SEEN_BY.clear()
    for hunted in hunter(WITHIN):
        print(
            "# The number of the first deal that shows each mutant, where it is not 0: made by first_seen.py."
        )
        for mutant in MUTANTS:
            how, deal = hunted(mutant)
            if how != "survives" and deal:
                print(f'"{mutant.name}" = {deal}', flush=True)


if __name__ == "__main__":
    main()
