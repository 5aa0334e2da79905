"""Local servers that answer as vendors document, and such that lie."""
