"""``kernel.py``, ``frontier.py`` and ``placement.py``, compiled: the same source, arrays of 64-bit integers instead of lists.

Loading takes about a second (the first time on a machine, a minute), so this is for populations, never for one plan.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any

import numba
import numpy

_ENTRIES = ("close_goals", "find_tied", "settle", "place", "find_ways", "buy")


def compile_module(plain: ModuleType) -> ModuleType:
    """Return a second copy of ``plain`` whose functions are machine code; the code of its entries is kept on disk."""
    name = f"{plain.__name__}_compiled"
    if name in sys.modules:
        return sys.modules[name]
    assert plain.__file__ is not None
    spec = importlib.util.spec_from_file_location(name, plain.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    for key, value in dict(vars(module)).items():
        if isinstance(value, FunctionType) and value.__module__ == name:
            setattr(module, key, _jit(zeros if key == "zeros" else value, cache=key in _ENTRIES))
    return module


def array(values: Iterable[int]) -> Any:
    """Return ``values`` as the compiled kernel wants them."""
    return numpy.array(list(values), dtype=numpy.int64)


def flags(mask: int, size: int) -> Any:
    """Return the lowest ``size`` bits of ``mask`` as 0 and 1, bit 0 first."""
    octets = numpy.frombuffer(mask.to_bytes(size // 8 + 1, "little"), numpy.uint8)
    return numpy.unpackbits(octets, count=size, bitorder="little").astype(numpy.int64)


def mask(flags: Any) -> int:
    """Return as a mask which of ``flags`` are set."""
    return int.from_bytes(numpy.packbits(flags != 0, bitorder="little").tobytes(), "little")


def zeros(size):  # type: ignore[no-untyped-def]
    """Return ``size`` zeros."""
    return numpy.zeros(size, numpy.int64)


def _jit(function: Callable[..., Any], *, cache: bool) -> Any:
    try:
        return numba.njit(cache=cache)(function)
    except RuntimeError:  # no folder can be written: compile anew in each process
        return numba.njit(function)
