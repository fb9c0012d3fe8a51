"""The loops of scoring, compiled: the very functions that run interpreted elsewhere; import this only for many rows.

They let go of the interpreter's lock, so that threads run them side by side. The machine code is kept between runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba

from pledger.projections import laying, scoring

if TYPE_CHECKING:
    from collections.abc import Callable


def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    settings: Any = {"nogil": True, "error_model": "numpy"}
    made: Callable[..., Any]
    try:
        made = numba.njit(loop, cache=True, **settings)
    except RuntimeError:  # there is no folder to keep machine code in
        made = numba.njit(loop, **settings)
    return made


lay_lines = _compiled(laying.lay_lines)
sums_when_asked = _compiled(scoring.sums_when_asked)
