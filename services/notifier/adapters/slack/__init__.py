"""Slack: messages by an app's token to users and channels, or by incoming webhooks."""
