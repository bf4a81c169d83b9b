-- Numbers of the bills that are published of some projects, as xxh64; refs,
-- estates and attempts as in ingest.ReferenceRooms.
SELECT DISTINCT transform(project, {refs:Array(String)}, {estates:Array(UInt32)}, toUInt32(0)) AS estate, xxHash64(bill_no) AS hash
FROM fee_bill
WHERE bill_no != '' AND project IN {refs:Array(String)} AND attempt IN {attempts:Array(UInt64)}
