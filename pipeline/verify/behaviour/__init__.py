"""What code does: runs on examples and other inputs in a sandbox, compared by what comes back."""
