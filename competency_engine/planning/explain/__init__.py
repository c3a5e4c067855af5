"""Answers about a plan: why, why not, what would change it, what cannot hold together, what else is as good."""
