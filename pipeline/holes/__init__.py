"""Holes: domains, propagation, conflicts, decisions and their reasons; inventories, phases, gates."""
