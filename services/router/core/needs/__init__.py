"""What an interaction needs, how urgent it is, and how that widens with time."""
