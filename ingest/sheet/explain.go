package sheet

import (
	"slices"

	"gatehouse"
)

// Explanation is a code's message and what to do about it.
type Explanation struct {
	Code          Code
	Message, Hint gatehouse.Text
}

// Explain gives the explanation of a code.
func (c Code) Explain() Explanation {
	for _, e := range Codes() {
		if e.Code == c {
			return e
		}
	}
	return Explanation{Code: c, Message: gatehouse.Text{ZH: string(c), EN: string(c)}, Hint: exportAgain()}
}

// Known tells whether the code is one of this package.
func (c Code) Known() bool {
	return slices.ContainsFunc(Codes(), func(e Explanation) bool { return e.Code == c })
}

// What to do about a file that only its maker can mend.
func exportAgain() gatehouse.Text {
	return gatehouse.Text{ZH: "请重新导出或重新下载该文件；仍不行时用 Excel 或 WPS 打开并另存为 .xlsx", EN: "export or download the file again; if that does not help, open it in Excel or WPS and save it as .xlsx"}
}

func saveAnew() gatehouse.Text {
	return gatehouse.Text{ZH: "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传", EN: "open it in Excel or WPS, save it as .xlsx and send that"}
}

func saveUTF8() gatehouse.Text {
	return gatehouse.Text{ZH: "请另存为 .xlsx 或“CSV UTF-8”", EN: "save it as .xlsx or as CSV UTF-8"}
}

// Codes explains every code.
func Codes() []Explanation {
	text := func(zh, en string) gatehouse.Text { return gatehouse.Text{ZH: zh, EN: en} }
	return []Explanation{
		{Truncated, text("文件不完整", "the file is cut short"), exportAgain()},
		{IllFormedXML, text("文件已损坏：内容不合 XML 语法", "the file is damaged: its XML is ill-formed"), exportAgain()},
		{EncodingError, text("文字编码无法识别", "the encoding of the text is not recognised"), saveUTF8()},
		{ControlCharacter, text("含有不允许的控制字符", "a control character that is not allowed"),
			text("请清除该处的特殊字符，或用 Excel 另存为 .xlsx", "remove the special character there, or save the file as .xlsx in Excel")},
		{BadEntity, text("文件已损坏：含有无效的字符引用", "the file is damaged: a character reference names no character"), exportAgain()},
		{Checksum, text("文件已损坏：校验和不符", "the file is damaged: a checksum differs"), exportAgain()},
		{CorruptZip, text("文件已损坏：无法解压", "the file is damaged: it cannot be unpacked"), exportAgain()},
		{MissingPart, text("工作簿缺少一部分内容", "a part of the workbook is missing"), saveAnew()},
		{DuplicatePart, text("工作簿中有重复的部分", "a part of the workbook is there twice"), saveAnew()},
		{RowOrder, text("文件已损坏：行号顺序错误", "the file is damaged: rows are out of order"), saveAnew()},
		{CellOrder, text("文件已损坏：单元格顺序错误", "the file is damaged: cells are out of order"), saveAnew()},
		{BadRef, text("文件已损坏：单元格位置无效", "the file is damaged: a reference to a cell or row is none"), saveAnew()},
		{BadIndex, text("文件已损坏：引用了不存在的文字或格式", "the file is damaged: it refers to a text or style that is not there"), saveAnew()},
		{BadType, text("单元格类型无法识别", "a cell is of an unknown type"), saveAnew()},
		{BadValue, text("单元格的值与其类型不符", "a cell's value does not suit its type"), saveAnew()},
		{UnexpectedContent, text("文件结构有误：出现了不应有的内容", "content stands where none belongs"), saveAnew()},
		{TooLarge, text("文件过大或内容过多", "the file is too large or holds too much"),
			text("请按月或按项目拆分，并删去表格以外的内容", "split it by month or project, and remove what is not part of the table")},
		{NotASpreadsheet, text("不是可读取的电子表格", "not a spreadsheet that can be read"),
			text("请上传 Excel、WPS 表格或 CSV 文件", "send a workbook of Excel or WPS, or a CSV")},
		{Encrypted, text("文件有密码保护", "the file is protected by a password"),
			text("请去掉密码后另存为 .xlsx", "remove the password and save it as .xlsx")},
		{OldXLS, text("Excel 4 或更早的格式，无法读取", "a workbook of Excel 4 or older"), saveAnew()},
		{BadRecord, text("文件已损坏：含有无效的记录", "the file is damaged: a record is none of its format"), saveAnew()},
		{CorruptCompound, text("文件已损坏：.xls 容器不完整", "the file is damaged: the container of the .xls is broken"), exportAgain()},
		{NestedArchive, text("压缩包内还有压缩包", "an archive within an archive"),
			text("请解压后上传其中的表格", "unpack it and send the spreadsheets in it")},
		{EmptyFile, text("文件是空的", "the file is empty"), text("请重新导出", "export it again")},
		{NULByte, text("文本中含有空字符，可能不是文本文件", "a NUL byte in a text file"), saveUTF8()},
		{BadQuote, text("引号后还有文字", "text behind a closing quote"),
			text("请检查该处的引号：字段内的引号要写成两个", "check the quotes there: a quote within a field is written twice")},
		{UnterminatedQuote, text("引号没有结束", "a quote that never closes"),
			text("请检查该处的引号，或重新导出文件", "check the quotes there, or export the file again")},
		{IllFormedJSON, text("JSON 格式有误，或其中没有表格", "this is not well-formed JSON, or holds no table"),
			text("请检查该处：每行（或数组的每一项）应为一个对象，其成员为单个值", "look at the place named: each line, or item of the array, is one object of single values")},
		{ReaderCrashed, text("读取程序在处理该文件时出错", "the file makes the reader fail"),
			text("请用 Excel 或 WPS 另存为 .xlsx 或 CSV 后重新上传", "save it anew as .xlsx or CSV and send it again")},
	}
}
