"""What is kept: events, sessions, IR versions, results and cache entries, in SQLite."""
