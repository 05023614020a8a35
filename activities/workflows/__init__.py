"""The only writers of the activities room."""
