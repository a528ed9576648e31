"""Reports: a plan as one page for a clinician, and as a short table on the terminal."""

from openvalve.report._panes import PlanLike
from openvalve.report._terminal import terminal_table
from openvalve.report._trace_figure import traces_picture
from openvalve.report._trace_page import write_trace_page
from openvalve.report._valve_shapes import Still, stills_of, torn_nodes
from openvalve.report._valve_write import write_valve_pictures
from openvalve.report._write import write_report

__all__ = [
    "PlanLike",
    "Still",
    "stills_of",
    "terminal_table",
    "torn_nodes",
    "traces_picture",
    "write_report",
    "write_trace_page",
    "write_valve_pictures",
]
