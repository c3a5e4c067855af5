"""Results → documents, one file a kind of result."""
