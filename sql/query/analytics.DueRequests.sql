-- Open requests whose next deadline lies in [since, until], the earliest first:
-- to be answered where nobody has, else to be closed.
-- sources: request
SELECT
    r.project AS project, r.ref AS ref, r.key AS key, r.load_id AS load_id, r.attempt AS attempt, r.brought AS brought, toString(r.sheet) AS sheet, r.source_row AS source_row,
    r.request_no AS request_no, toString(r.kind) AS kind, toString(r.category) AS category,
    r.room AS room, toString(r.handler) AS handler, r.opened_at AS opened_at,
    ifNull(toDate(r.responded_at, {tz:String}) <= {as_of:Date}, false) AS answered,
    r.answer_due AS answer_due,
    r.close_due AS close_due,
    if(answered, close_due, least(answer_due, close_due)) AS deadline
FROM request AS r
WHERE toDate(opened_at, {tz:String}) <= {as_of:Date} AND NOT ifNull(toDate(r.closed_at, {tz:String}) <= {as_of:Date}, false)
    AND deadline >= {since:DateTime64(6, 'UTC')} AND deadline <= {until:DateTime64(6, 'UTC')} AND ({any_handler:Bool} OR r.handler = {handler:String})
ORDER BY deadline, project, ref, key
LIMIT if({limit:UInt64} = 0, 9223372036854775807, {limit:UInt64}) OFFSET {offset:UInt64}
