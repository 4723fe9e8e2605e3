"""The all-in financing cost of each company, and what securitization saves against the best alternative."""
