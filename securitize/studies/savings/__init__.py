"""What each company pays, against its best alternative."""
