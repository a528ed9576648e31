"""Every protocol of the circulation's acceptance table by its name in the table."""

from collections.abc import Mapping

from openvalve.errors import InputError, InputItem
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._circulation_breathing import BREATHING_PROTOCOLS
from openvalve.validation._circulation_closed import decay, gorlin, steady, windkessel
from openvalve.validation._circulation_healthy import healthy, isovolumic
from openvalve.validation._circulation_ladders import (
    as_ladder,
    circadapt,
    fibrillation,
    ms_ladder,
    nishimura,
    severe,
    tachycardia,
)
from openvalve.validation._circulation_procedures import PROCEDURE_PROTOCOLS
from openvalve.validation._circulation_published import (
    compliance,
    donati,
    half_time,
    liebenberg,
    orhon,
)
from openvalve.validation._circulation_relief import RELIEF_PROTOCOLS
from openvalve.validation._circulation_types import CirculationSettings, Protocol

__all__ = ["PROTOCOLS"]


def numerics(settings: CirculationSettings) -> Measured:
    """Return drift, step error and lost patients, measured by whom the caller names."""
    if settings.numerics is None:
        raise InputError(
            [InputItem(key="numerics", got="nothing", allowed="who measures the solver")]
        )
    return Measured(values=settings.numerics(settings.patients))


PROTOCOLS: Mapping[str, Protocol] = {
    "healthy": healthy,
    "isovolumic": isovolumic,
    "decay": decay,
    "steady": steady,
    "windkessel": windkessel,
    "gorlin": gorlin,
    "severe": severe,
    "nishimura": nishimura,
    "liebenberg": liebenberg,
    "orhon": orhon,
    "fibrillation": fibrillation,
    "donati": donati,
    "circadapt": circadapt,
    "tachycardia": tachycardia,
    "compliance": compliance,
    "half_time": half_time,
    "as_ladder": as_ladder,
    "ms_ladder": ms_ladder,
    "numerics": numerics,
    **PROCEDURE_PROTOCOLS,
    **BREATHING_PROTOCOLS,
    **RELIEF_PROTOCOLS,
}
