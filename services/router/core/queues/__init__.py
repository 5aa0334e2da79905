"""Bounds, overflow, hours, callbacks and pace: who may wait where, and who is asked when."""
