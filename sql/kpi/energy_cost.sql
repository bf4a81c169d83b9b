-- name: 能源费用 | Energy cost
-- unit: yuan
-- direction: down
-- value: sum
-- rollup: sum, sum, last
-- sources: usage
-- slices: energy
-- n: 表 | meters
-- version: 1
-- definition: 总表费用按天均摊到各月之和（无总表的项目为各分表之和），各类能源合计。 | Cost of main meters spread evenly over the days between readings (all meters where a project has no main one), of all kinds of energy.
SELECT
    project, month, energy, meter AS unit,
    cost AS numerator, 0 AS denominator, 'energy_reading' AS fact, ref, key
FROM usage
WHERE counts AND cost IS NOT NULL
