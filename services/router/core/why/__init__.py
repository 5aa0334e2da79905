"""Why an interaction is where it is, its place in line, and how long it may take."""
