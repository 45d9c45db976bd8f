"""Records in a spreadsheet, for staff who don't edit YAML.

tables      which column holds which field
cells       what a value looks like in a cell, and what a cell says
workbook    a workbook opened safely and read into rows
files       record files as plain data; edits written, all or none
exporting   records → workbook
placing     where a column's value stands in plain data
editing     rows → what each record should be
importing   checks everything, then writes
"""

from knowledge.spreadsheet.exporting import export_records
from knowledge.spreadsheet.importing import Imported, import_records

__all__ = ["Imported", "export_records", "import_records"]
