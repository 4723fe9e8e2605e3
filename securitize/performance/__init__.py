"""The performance of obligors, rights and rates, as a deal and a scenario give it; knows no cash."""
