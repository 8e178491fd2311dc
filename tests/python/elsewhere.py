"""What other processes are asked for: they import it, as they can import no test."""

import numpy as np


def median_and_back(runs):
    return float(np.median(runs["baseline"]["gdp"])), runs["baseline"]
