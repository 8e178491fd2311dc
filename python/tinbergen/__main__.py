"""``python -m tinbergen``."""

import sys

from tinbergen.shell.cli import main

sys.exit(main())
