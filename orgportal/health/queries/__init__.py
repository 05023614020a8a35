"""What health reads: the inputs of every branch at once, and what its pages show."""
