"""One folder a question, named as the command that asks it."""
