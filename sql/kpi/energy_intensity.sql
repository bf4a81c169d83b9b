-- name: 单位面积能耗 | Energy intensity
-- unit: kwh_per_m2
-- direction: down
-- rollup: sum, sum, last
-- sources: usage, project
-- slices: energy
-- whole: headline
-- n: 表 | meters
-- version: 2
-- change: 2 | 用量与面积各成明细行，可逐行追溯；未归属项目没有面积，不再有面积为零的行；数值不变。 | Use and floor area are lines of their own, so that each can be traced; a project that is not known has no line of area; values are as before.
-- definition: 用量 ÷（建筑面积 × 覆盖天数 ÷ 365），即折算全年的单位面积用量，默认电。 | Use ÷ (floor area × days covered ÷ 365): use per m² brought to a year, electricity by default.
SELECT
    project, month, energy, energy = 'electricity' AS headline, meter AS unit,
    used AS numerator, 0 AS denominator, 'energy_reading' AS fact, ref, key
FROM usage
WHERE counts
UNION ALL
SELECT
    c.project AS project, c.month AS month, c.energy AS energy, c.energy = 'electricity' AS headline, '' AS unit,
    0 AS numerator, toDecimal128(p.floor_area, 6) * c.days / 365 AS denominator, 'project' AS fact, '' AS ref, p.key AS key
FROM
(
    -- The days that the meter with most of them covers.
    SELECT project, month, energy, max(days) AS days
    FROM (SELECT project, month, energy, meter, sum(days) AS days FROM usage WHERE counts GROUP BY project, month, energy, meter)
    GROUP BY project, month, energy
) AS c
INNER JOIN (SELECT project AS code, floor_area, key FROM project) AS p ON p.code = c.project
