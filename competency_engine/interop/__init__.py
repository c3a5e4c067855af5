"""Spreadsheets: templates out, workbooks and CSV in, marked copies back."""
