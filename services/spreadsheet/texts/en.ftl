# Why a file is not read as a sheet, and what to do.

too-large = the file is too large: at most 8 MB, 50,000 rows and 64 columns are read. Remove pictures and further sheets, or split it
old-workbook = this is an old workbook (.xls, .et), or one with a password. Save it as .xlsx without a password
other-workbook = workbooks of this form (.ods, .xlsb) are not read. Save it as .xlsx
damaged = the file is no workbook, or is damaged. Open it in a spreadsheet program and save it as .xlsx
other-encoding = the text of the file is in no encoding that is read (UTF-8, GB18030). Save it as .xlsx or as CSV UTF-8
empty = the sheet is empty. Put the headings into the first row, and an entry into each row below
merged = the cells { $range } are merged. Unmerge them: a heading for each column, an entry for each row
unknown-heading = there is no column '{ $heading }'. Known: { $known }
heading-twice = the column '{ $heading }' is there twice; remove one of them
no-heading = { $cell } has text, but its column has no heading. Write one, or remove the column
