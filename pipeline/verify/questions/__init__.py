"""What to ask a person: inputs on which candidates, near misses or the words themselves disagree."""
