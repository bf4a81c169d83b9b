// Package sheet reads workbooks (.xlsx, .xlsm, .xlsb, .xls since Excel 5, .ods,
// the XML of Excel 2003), tables of web pages, delimited text, JSON and Green
// Button feeds as streams of rows. What a file is, its content says. It is made
// for files that become ledgers: what it cannot read to the very end it refuses
// with the place of the fault, because a damaged file that passes for a shorter
// one is worse than no file at all.
//
// Three rules follow from that.
//
// A value is what the file says. Numbers keep their literal, so "1234.50" is
// never pushed through a float; text is neither trimmed nor folded; formulas
// give their cached result and are marked as such. Only dates are interpreted,
// since a workbook stores them as a count of days plus a style.
//
// Every doubt is a [Fault]: ill-formed XML, a checksum that differs, rows out
// of order, an index into a table that is not there. Rows are streamed, so a
// fault may come after many good rows; whoever gets an error from [Sheet.Rows]
// throws away what it has collected and refuses the file.
//
// Memory does not grow with an .xlsx or a text, apart from a workbook's table of
// shared strings and the readings of a feed. The other formats become a grid in
// memory when they are opened, so that their faults come then. Every dimension
// that a crafted file could inflate has a ceiling
// in [Limits].
//
// Formats differ in what protects them. Parts of .xlsx, .xlsb and .ods carry a
// checksum. The old .xls does not: a cut is noticed, since every sheet has to
// reach its end, a changed digit is not. A web page types nothing and is text
// throughout, as a CSV is, but for the numbers that Excel notes beside what it
// shows.
//
// To read the code, start with [Open]. An .xlsx goes through archive (the
// zip and its relationships), scanner (XML, strict), workbook, sharedStrings
// and styles, and worksheet; a text file through textEncoding, delimiter and
// csvReader, or through findJSON and jsonReader; a feed through espiReader,
// which collects its entries, espiFeed, which joins them by their links, and
// espiDays, which sums readings to days. The others fill a grid: compound and
// biff (.xls), xlsb, ods, xml2003 and htmlPage. [Unpack] comes before all that
// and takes archives apart.
package sheet
