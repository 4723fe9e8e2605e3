"""A city's plan against the rules of the founding notice."""
