"""``python -m openvalve`` is the command ``openvalve``."""

from openvalve.cli import main

if __name__ == "__main__":
    main()
