"""Microsoft Teams: Adaptive Cards to Workflows webhooks."""
