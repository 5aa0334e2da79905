"""Record a log, decide it again elsewhere, and compare bit by bit."""
