"""The search of ``kernel.py``, compiled: the same source, arrays of 64-bit integers instead of lists.

Loading takes about a second (the first time on a machine, a quarter of a minute), so this is for populations, never for one plan.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any

import numba
import numpy

from competency_engine.planning import kernel

_NAME = f"{kernel.__name__}_compiled"
_ENTRIES = ("close_goals", "find_tied", "settle")


def compile_kernel() -> ModuleType:
    """Return a second copy of the kernel whose functions are machine code; compiled code is kept on disk."""
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    assert kernel.__file__ is not None
    spec = importlib.util.spec_from_file_location(_NAME, kernel.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = module
    spec.loader.exec_module(module)
    functions = {name: value for name, value in vars(module).items() if _is_own(value)}
    for name, function in functions.items():
        setattr(module, name, _jit(_zeros if name == "zeros" else function, cache=name in _ENTRIES))
    return module


def array(values: Iterable[int]) -> Any:
    """Return ``values`` as the compiled kernel wants them."""
    return numpy.array(list(values), dtype=numpy.int64)


def _zeros(size):  # type: ignore[no-untyped-def]
    return numpy.zeros(size, numpy.int64)


def _jit(function: Callable[..., Any], *, cache: bool) -> Any:
    return numba.njit(cache=cache)(function)


def _is_own(value: object) -> bool:
    return isinstance(value, FunctionType) and value.__module__ == _NAME
