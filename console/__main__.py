"""`python -m console` is `rings`."""

import sys

from console.cli import main

sys.exit(main())
