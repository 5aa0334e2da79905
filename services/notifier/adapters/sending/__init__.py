"""From a committed lease to an outcome: whose turn it is, how fast, and what rests for a while."""
