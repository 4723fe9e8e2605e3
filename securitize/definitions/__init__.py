"""TOML definitions as frozen models, every problem of a file reported with its line."""
