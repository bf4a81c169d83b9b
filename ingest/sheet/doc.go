// Package sheet reads a workbook (.xlsx, .xlsm), a delimited text file, JSON or
// a Green Button feed as a stream of rows. It is made for files that become
// ledgers: what it cannot read to the very end it refuses with the place of the
// fault, because a damaged file that passes for a shorter one is worse than no
// file at all.
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
// Memory does not grow with the file, apart from a workbook's table of shared
// strings and the readings of a feed, and every dimension that a crafted file could inflate has a ceiling
// in [Limits].
//
// To read the code, start with [Open]. A workbook goes through archive (the
// zip and its relationships), scanner (XML, strict), workbook, sharedStrings
// and styles, and worksheet; a text file through textEncoding, delimiter and
// csvReader, or through findJSON and jsonReader; a feed through espiReader,
// which collects its entries, espiFeed, which joins them by their links, and
// espiDays, which sums readings to days.
package sheet
