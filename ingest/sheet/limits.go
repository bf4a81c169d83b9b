package sheet

// Limits are ceilings for one file. A file of 100 KB can unpack to gigabytes or
// claim sixteen thousand columns in every row, so each way to grow has its own.
type Limits struct {
	FileBytes     int64 // the file itself
	UnzippedBytes int64 // all parts of a workbook together, unpacked
	PartBytes     int64 // one part of a workbook, unpacked
	Entries       int   // files in a workbook's archive
	Cells         int   // cells handed out by one Rows, gaps included; shared strings
	Columns       int   // columns with a value
}

// DefaultLimits admit the largest export seen (a year of receipts of a whole
// region, 300,000 rows) three times over.
func DefaultLimits() Limits {
	const mb = 1 << 20
	return Limits{
		FileBytes:     50 * mb,
		UnzippedBytes: 512 * mb,
		PartBytes:     256 * mb,
		Entries:       2000,
		Cells:         20_000_000,
		Columns:       1024,
	}
}

const (
	excelRows    = 1 << 20 // rows of a sheet, fixed by the format
	excelColumns = 1 << 14 // columns of a sheet, A to XFD
	maxToken     = 1 << 20 // bytes of one tag, comment or CDATA section
	maxDepth     = 256     // nesting of elements; real parts stay below 20
	maxAttrs     = 256     // attributes of one tag, compared pairwise
	maxBindings  = 256     // prefixes in force, searched one by one; Excel binds about 20
	maxName      = 1 << 10 // bytes of the name of an element or attribute
	maxText      = 1 << 20 // bytes of one text of a workbook; Excel stops at 32,767 characters
	maxMerged    = 1 << 20 // merged ranges of a sheet; Excel stops near 65,000
	maxRecord    = 4 << 20 // bytes of the texts of one row, or of one record of a text file
	bufferSize   = 64 << 10
)
