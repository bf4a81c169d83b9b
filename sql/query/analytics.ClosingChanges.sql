-- How often a period was closed and opened again.
SELECT count() AS n FROM period_closing WHERE start = {start:Date} AND end = {end:Date}
