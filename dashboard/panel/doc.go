// Package panel holds what a panel of a page says, and writes it in each form
// that it is served in: as JSON, CSV, a sheet of a workbook or a picture. All of
// them are made of one Result, so the numbers on screen, in a file and on paper
// cannot differ.
package panel
