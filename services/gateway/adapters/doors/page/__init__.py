"""The files of the board's page, served as they are."""
