"""Is the code what was asked for: types, behaviour on examples, safety, and what the evidence covers."""
