-- name: 能耗 | Energy use
-- unit: kwh
-- direction: down
-- value: sum
-- rollup: sum, sum, last
-- sources: usage
-- slices: energy
-- whole: headline
-- n: 表 | meters
-- version: 1
-- definition: 总表用量按天均摊到各月之和（无总表的项目为各分表之和），默认电。 | Use of main meters spread evenly over the days between readings (all meters where a project has no main one); electricity by default.
SELECT
    project, month, energy, energy = 'electricity' AS headline, meter AS unit,
    used AS numerator, 0 AS denominator, 'energy_reading' AS fact, ref, key
FROM usage
WHERE counts
