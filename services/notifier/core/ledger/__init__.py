"""The rows: when each is tried, what an outcome means, and how it ends."""
