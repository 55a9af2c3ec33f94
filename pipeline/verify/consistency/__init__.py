"""The IR against itself, before anything is generated (H19): its laws, its examples and its words."""
