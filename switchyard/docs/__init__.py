"""Pages of `docs/` that are made from the code, so that they cannot fall behind it.

`python -m switchyard.docs` writes them anew; a test compares each page with its file.
"""
