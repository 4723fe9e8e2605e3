"""Titles alone put real patents roughly where another list's categories say."""

from __future__ import annotations

from tests.pooling.chains.battery_titles import NODES, main, table

MATERIALS = NODES[:4]


def test_categories_of_another_list_agree_roughly() -> None:
    found = table()
    assert sum(found.patents.values()) == 651
    assert sum(found.placed.values()) > 651 // 3

    def share(category: str, *nodes: str) -> float:
        return sum(found.weights.get((category, node), 0.0) for node in nodes) / found.placed[category]

    # Chemistry is materials; heat, packs and charging are components and systems (2.5).
    assert share("Battery Chemistry", *MATERIALS) > 0.7
    assert share("Battery Pack & Structure", "2.5") > 0.9
    assert share("Charging Technology", "2.5") > 0.75
    assert share("Thermal & Safety", "2.5") > 0.6
    # The chain has no node for recycling: few of these are placed.
    assert found.placed["Battery Recycling"] < found.patents["Battery Recycling"] / 2
    main()
