"""One function a command: the recipe, and the Python API."""
