"""The commands of the shell, one module each: `register` says what it takes, and what it does."""
