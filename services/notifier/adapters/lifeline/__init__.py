"""Tells operators that the broker is away, when nothing can be told through the broker.

No ledger can be written then, so this room has a small one of its own: a file with a line before
and after each try. When the broker is back, the ledger hears who was told, and tells them the end.
"""
