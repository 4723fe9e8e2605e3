"""What each company really pays for its money, and what securitization saves against the best alternative."""
