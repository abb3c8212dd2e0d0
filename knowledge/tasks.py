"""Work in the background, in the bulk cluster. Every task may run twice."""

from knowledge import importing, readings


def run_import(organization_id: int, import_id: int) -> None:
    """Apply the rows of an import that are not done yet."""
    importing.run_import(organization_id, import_id)


def undo_import(organization_id: int, import_id: int) -> None:
    """Put back what an import changed."""
    importing.undo_import(organization_id, import_id)


def read_page(organization_id: int, reading_id: int) -> None:
    """Fetch a listing's page and read it."""
    readings.read_page(organization_id, reading_id)
