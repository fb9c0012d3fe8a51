"""Run the command line as `python -m pledger`."""

from pledger.cli.main import main

if __name__ == "__main__":
    main()
