"""Charts as SVG: text stays text, every chart has a title and the table that it draws beside it."""
