"""Run by the Python that has LibreOffice's `uno`: open workbooks in LibreOffice, fill them in, save them in its formats.

    python3 fill.py jobs.json pipe-name

A job has a ``source``, cells to fill in by sheet, and ``targets``, each with the name of a filter. It answers in JSON.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def connect(pipe):
    """Return LibreOffice's desktop; it may take a while to start."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.5)
    raise SystemExit("LibreOffice did not start within a minute")


def properties(**values):
    """Return UNO properties."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def put(cell, kind, text):
    """Enter a value as a user would: a number, a date as it is typed, or text."""
    if kind == "number":
        cell.setValue(float(text))
    elif kind == "typed":
        cell.setFormula(text)
    else:
        cell.setString(text)


def is_guarded(sheet):
    """Return whether a sheet is protected, its header locked and the cells below it not."""
    head, cell = sheet.getCellByPosition(0, 0), sheet.getCellByPosition(0, 1)
    return sheet.isProtected() and head.CellProtection.IsLocked and not cell.CellProtection.IsLocked


def work(desktop, job):
    """Do one job and return what was seen on the way."""
    document = desktop.loadComponentFromURL(
        uno.systemPathToFileUrl(job["source"]), "_blank", 0, properties(Hidden=True)
    )
    lists, held = 0, True
    for name, cells in job["cells"].items():
        sheet = document.Sheets.getByName(name)
        if job["protected"]:
            held = held and is_guarded(sheet)
        for row, column, kind, text in cells:
            cell = sheet.getCellByPosition(column - 1, row - 1)
            lists += cell.Validation.Type.value == "LIST"
            put(cell, kind, text)
    for target in job["targets"]:
        options = properties(FilterName=target["filter"], FilterOptions=target.get("options", ""))
        document.storeToURL(uno.systemPathToFileUrl(target["path"]), options)
    document.close(True)
    return {"lists": lists, "header_held": held}


if __name__ == "__main__":
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    desktop = connect(sys.argv[2])
    print(json.dumps([work(desktop, job) for job in jobs]), flush=True)
    with contextlib.suppress(Exception):
        desktop.terminate()
