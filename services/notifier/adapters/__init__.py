"""The outside of the notifier: mail, its templates, and the sender that follows leases."""
