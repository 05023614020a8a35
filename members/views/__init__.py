"""Pages of the register, posts and transfers."""
