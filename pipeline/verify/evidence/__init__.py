"""What is known of offered code and what it rests on, line by line: claims, clauses and the ledger."""
