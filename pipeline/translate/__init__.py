"""Prompt to IR (H3): exact reading, rules for what is left open, and a model for the gaps."""
