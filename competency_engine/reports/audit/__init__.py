"""What an audit found → tables that every format shares, and a Document."""
