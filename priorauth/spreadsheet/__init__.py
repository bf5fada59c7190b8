"""Reading the spreadsheet a clinic keeps its requests in today. Bytes in, typed rows out.

    table.py     any file to rows of text (csv_file.py, xlsx_file.py, encoding.py)
    columns.py   which column holds what; fields.py names the fields and their synonyms
    dates.py, names.py, cells.py, words.py   one cell to its value
    rows.py      all of it: `read_rows`; reading.py holds what comes out
    rejects.py   the rows that were refused, as a file to mend and feed back

Nothing is guessed in silence: a cell that cannot be read refuses its row with the reason, and
what was read with a doubt says so in the row's warnings.
"""
