"""OpenValve: an open, physics-based virtual cath lab for balloon valvuloplasty.

Research and education. Not a medical device.
"""

__all__ = ["DISCLAIMER", "__version__"]

__version__ = "0.1.0"

DISCLAIMER = "Research and education. Not a medical device; not for clinical use."
