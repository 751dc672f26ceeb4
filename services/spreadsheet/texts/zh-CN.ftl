# 文件为何不能当作表格读取、应当怎样改正。

too-large = 文件太大：最多 8 MB、5 万行、64 列。请删去图片和多余的工作表，或分成几个文件
old-workbook = 这是旧格式（.xls、.et）或加了密码的表格。请用 WPS 或 Excel 另存为 .xlsx（不加密码）
other-workbook = 这种表格（.ods、.xlsb）读不了。请另存为 .xlsx
damaged = 文件不是表格，或已损坏。请用 WPS 或 Excel 打开后另存为 .xlsx
other-encoding = 文件的文字编码读不了。请另存为 .xlsx 或“CSV UTF-8（逗号分隔）”
empty = 表格是空的。第一行请写列名，以下每行一条
merged = { $range } 是合并单元格。请取消合并，第一行每列一个列名，以下每行一条
unknown-heading = 没有“{ $heading }”这一列。可用的列名：{ $known }
heading-twice = “{ $heading }”这一列有两个，请删去一个
no-heading = { $cell } 有内容，但该列没有列名。请写上列名，或删去该列
