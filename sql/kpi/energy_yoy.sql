-- name: 能耗同比 | Energy use against last year
-- unit: percent
-- direction: down
-- rollup: sum, sum, last
-- sources: usage
-- slices: energy
-- whole: headline
-- n: 表 | meters
-- version: 1
-- definition: 用量 ÷ 上年同日用量，只计同一块表两年都有读数覆盖的日子，默认电；100% 为持平。 | Use ÷ use on the same days of the year before, over the days that a meter covers in both years; electricity by default; 100 % is no change.
WITH
    -- Days count from the start of the month; a 29 February has none to compare with.
    parts AS
    (
        SELECT project, ref, key, meter, energy, month, used / days AS daily,
            toInt32(since - month) AS first, toInt32(until - month) AS end
        FROM usage WHERE counts
    ),
    both AS
    (
        SELECT n.project AS project, n.meter AS meter, n.energy AS energy, n.month AS month, n.ref AS ref,
            n.key AS now_key, n.daily AS now_daily, o.key AS old_key, o.daily AS old_daily,
            least(n.end, o.end, toInt32(28 + (toMonth(n.month) != 2) * 3)) - greatest(n.first, o.first) AS days
        FROM parts AS n
        INNER JOIN parts AS o ON o.project = n.project AND o.ref = n.ref AND o.meter = n.meter AND o.energy = n.energy AND o.month = addYears(n.month, -1)
        WHERE days > 0
    )
SELECT
    project, month, energy, energy = 'electricity' AS headline, meter AS unit,
    if(side, now_daily * days, 0) AS numerator, if(side, 0, old_daily * days) AS denominator,
    'energy_reading' AS fact, ref, if(side, now_key, old_key) AS key
FROM both
ARRAY JOIN [true, false] AS side
