-- Reports that were written: of a number, with a hash of their file, or of
-- their content; newest first.
SELECT
    year, seq, kind, by, start, end, project, all_projects AS everything, projects AS codes, lang, known_at AS known, as_of AS day,
    content_hash, sheets, sheet_hashes, file_hash, bytes, bills, at
FROM report
WHERE state = 'written'
  AND (year = {year:UInt16} AND seq = {seq:UInt32} OR {hash:String} != '' AND (file_hash = {hash:String} OR content_hash = {hash:String}))
ORDER BY at DESC
LIMIT 1000
