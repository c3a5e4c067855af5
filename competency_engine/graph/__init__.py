"""The prerequisite graph and the questions asked of it."""
