-- The last number that was taken in a year, 0 when none was.
SELECT max(seq) AS newest FROM report WHERE year = {year:UInt16}
