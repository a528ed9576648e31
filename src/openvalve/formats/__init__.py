"""Recordings in files: WFDB, EDF, CSV and DICOM waveforms, in and out; encodes, computes nothing.

Surfaces go out as VTU. The libraries ``wfdb``, ``pyedflib`` and ``pydicom`` come with the extra
``formats``, ``meshio`` with ``mesh``, and are imported when a file of their kind comes up.
"""

from openvalve.formats._read import read_recording
from openvalve.formats._surface_write import write_surface
from openvalve.formats._write import FORMATS, Format, write_recording

__all__ = ["FORMATS", "Format", "read_recording", "write_recording", "write_surface"]
