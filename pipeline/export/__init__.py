"""Code and its evidence as files that stand on their own, without Holotype."""
