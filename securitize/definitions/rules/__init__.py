"""Rules of venues and regulators as written: presets of tests, sets of capital parameters."""
