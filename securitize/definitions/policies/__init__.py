"""What public money pays, and what a city plans to do with it: as written."""
