-- Who took a number, the first one first.
SELECT claim FROM report WHERE year = {year:UInt16} AND seq = {seq:UInt32} AND state = 'begun' ORDER BY at, claim
