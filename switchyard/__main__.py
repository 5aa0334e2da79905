"""`python -m switchyard` is `switchyard`."""

from switchyard.cli import main

if __name__ == "__main__":
    main()
