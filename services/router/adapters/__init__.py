"""What the router tells people outside of the logs."""
