"""What happened over a span of days, as tables that a screen, a PDF and a spreadsheet share."""
