"""The embedded models: which there are, where their files come from, how a right file is known."""
