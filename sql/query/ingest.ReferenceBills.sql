-- Numbers of the bills that are published of a project, as xxh64; refs and
-- replaces as in ingest.ReferenceRooms.
-- sources: published
SELECT groupUniqArray(xxHash64(bill_no)) AS hashes
FROM fee_bill
WHERE bill_no != '' AND project IN {refs:Array(String)} AND attempt IN (SELECT attempt FROM published WHERE attempt != {replaces:UInt64})
