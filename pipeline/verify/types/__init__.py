"""Code against its signature: ty in the loop, mypy on what is offered (H18)."""
