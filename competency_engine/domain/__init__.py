"""The nouns: frozen types, no input or output."""
