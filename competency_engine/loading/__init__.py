"""YAML and CSV files → typed documents, a Library, a Population."""
