// Package svg draws a chart's option as a picture on the server: the same
// ECharts that readers' browsers run, in a JavaScript machine without a browser.
package svg
