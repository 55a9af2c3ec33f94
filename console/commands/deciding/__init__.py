"""What `holotype resolve` prints."""
