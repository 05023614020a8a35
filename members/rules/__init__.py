"""What the register, posts and transfers are decided by. Pure."""
