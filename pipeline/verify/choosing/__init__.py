"""Which candidate is offered: by what it passes, the laws it keeps, and how many do the same."""
