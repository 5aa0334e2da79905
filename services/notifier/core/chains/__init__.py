"""Fallback chains: by which contact methods, one after the other, a person is to be reached."""
