"""Evidence and community → required levels, held levels, gaps."""
