"""Two curricula or two cities side by side."""
