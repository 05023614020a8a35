"""The portal: ground floor (core), health index, demo, and the roof that wires them."""
