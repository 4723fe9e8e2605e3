"""Industry chains: patents placed on their nodes by IPC symbols and keywords, and the map of a chain."""
