"""From contracts to collections: scheduled cash, performed cash over all paths, periods."""
