"""What is true now, followed from two logs: decided elsewhere, only remembered here."""
