-- An attempt as its newest row has it.
SELECT feeds, projects, rows, loaded, quarantined, skipped, orphans, sums, claimed, cells, held, warnings, corrects, notes, notes_zh
FROM attempt
WHERE attempt = {attempt:UInt64}
ORDER BY at DESC
LIMIT 1
