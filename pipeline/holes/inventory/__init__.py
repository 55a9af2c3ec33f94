"""Inventories: an architecture's holes in a project's own `holes.toml`, with phases, gates and evidence."""
