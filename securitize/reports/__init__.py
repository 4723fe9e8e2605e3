"""What a person reads: tables in the terminal, and tables handed to other programs."""
