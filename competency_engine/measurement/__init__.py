"""Psychometrics over arrays: how good the items, the raters and the numbers made of them are, and what levels scores speak for."""
