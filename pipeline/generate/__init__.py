"""Candidates for a code hole: asked of a model, cleaned, told apart, repaired."""
