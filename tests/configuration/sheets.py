"""Sheets as people keep them, for tests."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ownership.models import Person, SheetImport

HEADER = ("Data element", "Entity", "Owner", "System of record", "Who approves", "CRM column", "Team phone")
ROWS = (
    ("billing status", "customer", "Finance", "Billing: posted invoice", "Finn Okafor", "billing_status", "12"),
    ("start date", "contract", "Sales", "CRM: deal", "Dana Reyes", "start_date", ""),
    ("plan", "contract", "Marketing", "CRM: deal", "", "", ""),
    ("", "contract", "Sales", "", "", "", ""),
)


def csv_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV, every cell in quotes."""
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *rows))
    return "\n".join(quoted).encode()


def xlsx_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as a workbook."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Ownership")
        for place, row in enumerate((header, *rows)):
            sheet.write_row(place, 0, row)
    return content.getvalue()


def brought(client: Client, content: bytes, name: str = "sheet.csv") -> Any:
    """Return the answer to a file that is brought."""
    return client.post("/ownership/import/", {"file": SimpleUploadedFile(name, content)})


def sheet_of(person: Person, header: Sequence[str], rows: Sequence[Sequence[str]]) -> SheetImport:
    """Return a sheet as somebody brought it, paired by suggestion."""
    from reconcile.configuration.sheet.bringing import bring

    content = csv_of(header, rows)
    return bring(io.BytesIO(content), file_name="sheet.csv", size=len(content), person=person)
