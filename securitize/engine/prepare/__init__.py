"""From what the user named to a deal on its dates, with all that a calculation needs."""
