"""``kernel.py``, ``frontier.py`` and ``placement.py``, compiled: the same source, arrays of 64-bit integers instead of lists, the heap too.

Loading takes about a second (the first time on a machine, a minute), so this is for populations, never for one plan. What numba keeps
on disk it makes anew when the plain source changes, not when this file does.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numba
import numpy
from numba.core.cpu import CPUTargetOptions

from competency_engine.planning.kernel import INFINITE

_NO_ARRAYS = {"int", "bool", "None", "tuple"}
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
    functions: dict[str, Any] = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == name
    }
    for key, value in functions.items():
        borrows = key not in _ENTRIES and not _owns_arrays(value, functions)
        setattr(module, key, _jit(_IN_PLACE_OF.get(key, value), cache=key in _ENTRIES, borrows=borrows))
    for key in _IN_PLACE_OF.keys() & vars(module).keys() - functions.keys():
        setattr(module, key, _jit(_IN_PLACE_OF[key], cache=False, borrows=True))
    return module


def _owns_arrays(function: Any, functions: Mapping[str, Any]) -> bool:
    """Return whether ``function`` makes arrays, is given some by one that it calls, returns some, or works on a list of what holds some.

    All others work on arrays of their callers alone, so that nothing need count who holds them.
    """
    called = [functions[name] for name in function.__code__.co_names if name in functions]
    returned = [re.findall(r"\w+", one.__annotations__["return"]) for one in (function, *called)]
    return any(set(words) - _NO_ARRAYS for words in returned) or "list[" in repr(function.__annotations__)


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


def new_heap(size):  # type: ignore[no-untyped-def]
    """Return an array for ``size`` pairs: first how many lie on it, then two cells for each."""
    heap = numpy.zeros(2 * size + 3, numpy.int64)
    heap[0], heap[1], heap[2] = 1, INFINITE, -1
    return heap


def heappush(heap, pair):  # type: ignore[no-untyped-def]
    """Put ``pair`` on the heap."""
    at = heap[0]
    heap[0] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if (heap[2 * above + 1], heap[2 * above + 2]) <= pair:
            break
        heap[2 * at + 1], heap[2 * at + 2] = heap[2 * above + 1], heap[2 * above + 2]
        at = above
    heap[2 * at + 1], heap[2 * at + 2] = pair


def heappop(heap):  # type: ignore[no-untyped-def]
    """Take the least pair off the heap."""
    least = heap[1], heap[2]
    size = heap[0] - 1
    heap[0] = size
    pair = heap[2 * size + 1], heap[2 * size + 2]
    at, below = 0, 1
    while below < size:
        if below + 1 < size and (heap[2 * below + 3], heap[2 * below + 4]) < (heap[2 * below + 1], heap[2 * below + 2]):
            below += 1
        if pair <= (heap[2 * below + 1], heap[2 * below + 2]):
            break
        heap[2 * at + 1], heap[2 * at + 2] = heap[2 * below + 1], heap[2 * below + 2]
        at, below = below, 2 * below + 1
    heap[2 * at + 1], heap[2 * at + 2] = pair
    return least


_IN_PLACE_OF: dict[str, Callable[..., Any]] = {
    "zeros": zeros,
    "new_heap": new_heap,
    "heappush": heappush,
    "heappop": heappop,
}
"""Functions of the plain source that use lists, and what does the same with arrays."""


def _jit(function: Callable[..., Any], *, cache: bool, borrows: bool) -> Any:
    """Return ``function`` compiled; where it only borrows arrays, without the counting of references, which takes a third of the time of a search (numba issue 2345).

    Who owns arrays says so, for else a function counts as the first does that calls it, and what is not counted is never given back.
    """
    options: dict[str, Any] = {"_nrt": not borrows} if hasattr(CPUTargetOptions, "_nrt") else {}
    try:
        return numba.njit(cache=cache, **options)(function)
    except RuntimeError:  # no folder can be written: compile anew in each process
        return numba.njit(**options)(function)
