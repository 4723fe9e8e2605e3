"""Industry chains as written: nodes, edges, rules of classification."""
