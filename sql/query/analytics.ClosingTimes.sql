-- How long requests opened in [start, end) took, in bins of a day, the last
-- one open-ended; median and 90th percentile in hours.
-- sources: service_request
SELECT
    arrayResize(sumForEachIf(arrayMap(i -> least(intDiv(hours, 24), 14) = i, range(15)), is_closed), 15) AS days,
    countIf(NOT is_closed) AS open,
    quantileExactInclusiveIf(0.5)(hours, is_closed) AS median,
    quantileExactInclusiveIf(0.9)(hours, is_closed) AS p90
FROM
(
    SELECT
        ifNull(toDate(closed_at, {tz:String}) <= {as_of:Date}, false) AS is_closed,
        greatest(dateDiff('second', opened_at, ifNull(closed_at, opened_at)), 0) / 3600 AS hours
    FROM service_request
    WHERE ({kind:String} = '' OR kind = {kind:String})
      AND toDate(opened_at, {tz:String}) >= {start:Date} AND toDate(opened_at, {tz:String}) < {end:Date}
      AND toDate(opened_at, {tz:String}) <= {as_of:Date}
)
