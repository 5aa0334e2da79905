"""What the chat programs share: cutting, connections, what their statuses mean."""
