"""What the pages of the activities room take in."""
