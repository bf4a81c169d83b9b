-- Requests closed in [since, closed_by] that nobody has followed up by the
-- as-of day, closed longest ago first.
-- sources: service_request
SELECT
    project, ref, key, load_id, attempt, brought, toString(r.sheet) AS sheet, source_row,
    request_no, toString(r.kind) AS kind, toString(r.category) AS category, room, toString(r.handler) AS handler,
    opened_at, assumeNotNull(r.closed_at) AS closed_at
FROM service_request AS r
WHERE toDate(r.closed_at, {tz:String}) <= {as_of:Date} AND r.closed_at <= {closed_by:DateTime64(6, 'UTC')} AND r.closed_at >= {since:DateTime64(6, 'UTC')}
    AND NOT ifNull(toDate(followed_up_at, {tz:String}) <= {as_of:Date}, false)
    AND ({any_handler:Bool} OR r.handler = {handler:String})
ORDER BY closed_at, project, ref, key
LIMIT if({limit:UInt64} = 0, 9223372036854775807, {limit:UInt64}) OFFSET {offset:UInt64}
