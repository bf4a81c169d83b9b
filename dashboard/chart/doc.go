// Package chart turns KPI values into drawings: ECharts options as safe JSON
// for app.js to mount, and the geometry of small inline SVGs. Every function is
// pure, and every chart carries the table of the values it shows.
package chart
