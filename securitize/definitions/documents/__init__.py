"""A TOML file from its bytes to a model: reading, places of keys, explaining what pydantic found."""
