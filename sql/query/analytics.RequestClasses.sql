-- Requests in each of the periods [starts[i], ends[i]): all, by kind, and by
-- kind and category. Counted as the KPIs of service count them: answers by the
-- month of opening, deadlines by the month in which they fell, hours by that of
-- closing. What is open at the end of a period, or on the as-of day while it
-- runs, stands by its age in days: up to 1, 3, 7, 14, 30, and older.
-- sources: request
WITH
    facts AS
    (
        SELECT
            toString(r.kind) AS kind, toString(r.category) AS category,
            toDate(r.opened_at, {tz:String}) AS opened_on, toDate(r.closed_at, {tz:String}) AS closed_on,
            toDate(r.close_due, {tz:String}) AS due_on,
            least(ifNull(r.responded_at, r.closed_at), ifNull(r.closed_at, r.responded_at)) AS answered_at,
            ifNull(answered_at <= r.answer_due
                AND toDate(answered_at, {tz:String}) <= {as_of:Date}, false) AS answered_in_time,
            ifNull(r.closed_at <= r.close_due, false) AS closed_in_time,
            ifNull(closed_on <= {as_of:Date}, false) AS is_closed,
            greatest(dateDiff('minute', r.opened_at, ifNull(r.closed_at, r.opened_at)), 0) / 60 AS hours
        FROM request AS r
    )
SELECT
    at, toUInt8(grouping(kind) + grouping(category)) AS level, kind, category,
    countIf(is_opened) AS opened,
    countIf(is_opened AND answered_in_time) AS answered,
    countIf(due_on >= start AND due_on < end AND due_on <= {as_of:Date}) AS due,
    countIf(due_on >= start AND due_on < end AND due_on <= {as_of:Date} AND closed_in_time) AS resolved,
    countIf(closes) AS closed,
    quantileExactInclusiveIf(0.5)(hours, closes) AS median,
    countIf(is_open) AS open,
    countIf(is_open AND due_on <= last) AS overdue,
    arrayResize(sumForEachIf(arrayMap(i -> age_class = i, range(6)), is_open), 6) AS ages
FROM
(
    SELECT *, at, toDate({starts:Array(Date)}[at]) AS start, toDate({ends:Array(Date)}[at]) AS end, least(end - 1, {as_of:Date}) AS last,
        opened_on >= start AND opened_on <= last AS is_opened,
        is_closed AND closed_on >= start AND closed_on < end AS closes,
        opened_on <= last AND NOT (is_closed AND closed_on <= last) AS is_open,
        arrayCount(edge -> last - opened_on > edge, [1, 3, 7, 14, 30]) AS age_class
    FROM facts
    ARRAY JOIN arrayEnumerate({starts:Array(Date)}) AS at
)
GROUP BY GROUPING SETS ((at), (at, kind), (at, kind, category))
HAVING opened + due + closed + open > 0
ORDER BY at, level DESC, opened DESC, open DESC, kind, category
