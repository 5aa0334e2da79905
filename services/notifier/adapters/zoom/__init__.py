"""Zoom Team Chat: messages to incoming webhooks."""
