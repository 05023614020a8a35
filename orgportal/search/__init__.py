"""One search over every room: each is asked for what the person may see."""
