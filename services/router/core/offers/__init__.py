"""Offers: made to the best agent, answered, ended; and what a supervisor assigns."""
