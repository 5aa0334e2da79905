"""The one place where services meet: events, facts, topics and the shape of configuration."""
