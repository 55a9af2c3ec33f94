"""What `holotype eval` does; imported when it does it."""
