"""The only writers of the register, posts and transfers."""
