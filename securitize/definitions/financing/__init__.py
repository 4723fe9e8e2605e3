"""What companies pay beside their contracts, and what they could borrow instead, as written."""
