-- name: 单位面积能耗 | Energy intensity
-- unit: kwh_per_m2
-- direction: down
-- rollup: sum, sum, last
-- sources: usage, project
-- slices: energy
-- n: 表 | meters
-- version: 1
-- definition: 用量 ÷（建筑面积 × 覆盖天数 ÷ 365），即折算全年的单位面积用量，默认电。 | Use ÷ (floor area × days covered ÷ 365): use per m² brought to a year, electricity by default.
WITH months AS
(
    SELECT project, month, energy, sum(used) AS used, uniqExact(meter) AS meters, max(days) AS days
    FROM (SELECT project, month, energy, meter, sum(used) AS used, sum(days) AS days FROM usage GROUP BY project, month, energy, meter)
    GROUP BY project, month, energy
)
SELECT
    m.project AS project, m.month AS month, s.1 AS dim, s.2 AS slice,
    sum(m.used) AS numerator, sum(toDecimal128(p.floor_area, 6) * m.days / 365) AS denominator, sum(m.meters) AS n, 0 AS spread
FROM months AS m
LEFT JOIN (SELECT project AS code, floor_area FROM project) AS p ON p.code = m.project
ARRAY JOIN arrayConcat(if(m.energy = 'electricity', [('', '')], []), [('energy', toString(m.energy))]) AS s
GROUP BY project, month, dim, slice
