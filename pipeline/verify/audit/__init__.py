"""Reads generated code for what it has no business doing, before it is offered (H25)."""
