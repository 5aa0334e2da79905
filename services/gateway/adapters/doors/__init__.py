"""The HTTP doors: each checks, normalises, appends, and answers fast. None decides."""
