"""The library: finds pools, deals, scenarios and templates, shipped or in a user's folder."""
