"""Who is there, what he may serve, and what he holds."""
