"""The only writers of the tree and its groups."""
