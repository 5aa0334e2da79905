"""What keeps a message back although it could be sent: quiet hours, rates, bundles."""
