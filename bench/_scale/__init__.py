"""An installation of any size: tree, members, offices, a year of activities with their duties."""
