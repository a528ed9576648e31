"""``python -m openvalve.bench._first``: print the wall clock when the first beat is done."""

import time

from openvalve.heart import reference_heart, simulate

if __name__ == "__main__":
    simulate(reference_heart(bsa_m2=1.8), beats=2, record_beats=1)
    print(time.time())
