-- What waits for each handler at an instant: open requests whose next deadline
-- has passed or does so by soon, and closed ones that nobody has followed up,
-- those closed in [since, closed_by] and those closed before.
-- sources: request
SELECT
    handler,
    countIf(NOT closed AND deadline < {now:DateTime64(6, 'UTC')}) AS overdue,
    countIf(NOT closed AND deadline >= {now:DateTime64(6, 'UTC')} AND deadline <= {soon:DateTime64(6, 'UTC')}) AS near,
    countIf(NOT closed) AS open,
    countIf(closed AND NOT followed AND closed_at <= {closed_by:DateTime64(6, 'UTC')} AND closed_at >= {since:DateTime64(6, 'UTC')}) AS unfollowed,
    countIf(closed AND NOT followed AND closed_at < {since:DateTime64(6, 'UTC')}) AS unfollowed_before
FROM
(
    SELECT toString(r.handler) AS handler, r.closed_at AS closed_at,
        ifNull(toDate(r.closed_at, {tz:String}) <= {as_of:Date}, false) AS closed,
        ifNull(toDate(r.followed_up_at, {tz:String}) <= {as_of:Date}, false) AS followed,
        ifNull(toDate(r.responded_at, {tz:String}) <= {as_of:Date}, false) AS answered,
        r.answer_due AS answer_due,
        r.close_due AS close_due,
        if(answered, close_due, least(answer_due, close_due)) AS deadline
    FROM request AS r
    WHERE toDate(r.opened_at, {tz:String}) <= {as_of:Date}
)
GROUP BY handler
HAVING overdue + near + open + unfollowed + unfollowed_before > 0
ORDER BY overdue DESC, near DESC, unfollowed DESC, handler
