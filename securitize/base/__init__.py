"""Ground floor: errors, money, dates, identifiers. Imports no other floor."""
