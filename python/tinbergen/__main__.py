"""``python -m tinbergen``."""

import sys

from tinbergen.cli import main

sys.exit(main())
