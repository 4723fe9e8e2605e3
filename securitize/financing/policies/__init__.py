"""What policies pay towards financings, and who bears a loss."""
