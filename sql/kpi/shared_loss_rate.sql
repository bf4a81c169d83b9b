-- name: 公摊率 | Shared loss
-- unit: percent
-- direction: down
-- rollup: sum, sum, last
-- sources: usage
-- slices: energy
-- whole: headline
-- n: 表 | meters
-- version: 1
-- definition: （总表用量 − 分表用量）÷ 总表用量，只计两种表都有读数的月份，默认电；负值说明读数有误。 | (Use of main meters − use of sub meters) ÷ use of main meters, in months that have readings of both; electricity by default; below zero a reading is wrong.
WITH both AS
(
    SELECT project, ref, energy, month FROM usage GROUP BY project, ref, energy, month
    HAVING countIf(role = 'main') > 0 AND countIf(role = 'sub') > 0
)
SELECT
    project, month, energy, energy = 'electricity' AS headline, meter AS unit,
    if(role = 'main', used, -used) AS numerator, if(role = 'main', used, 0) AS denominator,
    'energy_reading' AS fact, ref, key
FROM usage
WHERE role IN ('main', 'sub') AND (project, ref, energy, month) IN both
