"""Results as one tree, and the writers that show it."""
