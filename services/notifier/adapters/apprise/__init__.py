"""All other services, by the library Apprise: one URL for each recipient, one try at a time."""
