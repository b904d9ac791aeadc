"""The daily report: what the cameras of a plant saw in one day, as a page, a CSV file and a workbook."""
