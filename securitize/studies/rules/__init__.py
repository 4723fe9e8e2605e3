"""Rules of venues, risk retention and capital."""
