"""Rules on what designers write."""
