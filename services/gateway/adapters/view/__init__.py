"""What is true now, followed from pool-log: decided elsewhere, only remembered here."""
