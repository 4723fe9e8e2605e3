"""What happens to obligors, rights and rates, as told by a deal and a scenario; knows no cash."""
