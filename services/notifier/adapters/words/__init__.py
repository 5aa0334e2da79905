"""What messages say: in the language, direction and time zone of their reader."""
