// Package browsertest drives the built program with a real browser: the demo
// portfolio is written, loaded and served as a user would do it, and what the
// pages show is compared with the workbook and the command line.
package browsertest
