"""From candidate patents, companies and contracts to a pool: classify, screen, score, value, select, explain."""
