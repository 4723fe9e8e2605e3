"""The reference interpreter: the slow, obvious second statement of the priority of payments."""
