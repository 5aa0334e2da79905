"""Messages as mail, handed in over SMTP."""
