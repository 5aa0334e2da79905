"""What a notification may be about, and what makes one worthless: pages, notices and the rest."""
