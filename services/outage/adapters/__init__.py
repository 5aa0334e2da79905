"""The outside of the outage service: looks at channels and references."""
