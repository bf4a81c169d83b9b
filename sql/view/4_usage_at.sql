-- What each meter used in each month, in kWh or m³, and what that cost: register
-- differences × multiplier and interval usage, spread evenly over their days
-- [since, until). A project's main meters count for each kind of energy, all its
-- meters where it has no main one, as sub and common meters' use is inside the
-- main meters'. Differences that run backwards without an event count as missing.
-- key is that of the reading at the end.
CREATE OR REPLACE VIEW usage_at AS
WITH
    readings AS
    (
        SELECT project, ref, key, meter, read_on, value, usage, event, cost, prev_value,
            coalesce(prev_on, lagInFrame(toNullable(read_on)) OVER earlier) AS since,
            coalesce(prev_value, lagInFrame(value) OVER earlier) AS before
        FROM energy_reading_at(known_at = {known_at:DateTime64(6, 'UTC')}, all_projects = {all_projects:Bool}, projects = {projects:Array(String)})
        WINDOW earlier AS (PARTITION BY project, ref, meter ORDER BY read_on ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ),
    meters AS
    (
        SELECT project, ref, meter, energy, role,
            multiplier * if(lower(unit) = 'mwh', 1000, 1) AS factor,
            max(role = 'main') OVER (PARTITION BY project, ref, energy) AS has_main
        FROM meter_at(known_at = {known_at:DateTime64(6, 'UTC')}, all_projects = {all_projects:Bool}, projects = {projects:Array(String)})
    ),
    uses AS
    (
        SELECT r.project AS project, r.ref AS ref, r.key AS key, r.meter AS meter, m.energy AS energy, m.role AS role,
            m.meter = '' OR m.role = 'main' OR NOT m.has_main AS counts, toDecimal128(r.cost, 6) AS cost,
            assumeNotNull(r.since) AS since, r.read_on AS until,
            toDecimal128(multiIf(
                r.usage IS NOT NULL, r.usage,
                r.event = 'replaced', (r.value - coalesce(r.prev_value, 0)) * if(m.factor = 0, 1, m.factor),
                r.event = 'rollover', (r.value + toDecimal64(exp10(length(toString(toUInt64(assumeNotNull(r.before))))), 4) - r.before) * if(m.factor = 0, 1, m.factor),
                (r.value - r.before) * if(m.factor = 0, 1, m.factor)), 6) AS used
        FROM readings AS r
        LEFT JOIN meters AS m ON m.project = r.project AND m.ref = r.ref AND m.meter = r.meter
        WHERE r.since IS NOT NULL AND r.since < r.read_on AND used >= 0
    ),
    parts AS
    (
        SELECT project, ref, key, meter, energy, role, counts, assumeNotNull(used) AS total, cost AS total_cost,
            arrayJoin(arrayMap(i -> addMonths(toStartOfMonth(uses.since), i), range(toUInt32(dateDiff('month', uses.since, addDays(uses.until, -1)) + 1)))) AS month,
            greatest(uses.since, month) AS first, least(uses.until, addMonths(month, 1)) AS end,
            toInt64(end - first) AS days, toInt64(uses.until - uses.since) AS span
        FROM uses
    )
SELECT project, ref, key, meter, energy, role, counts, month, first AS since, end AS until, days,
    total * days / span AS used, total_cost * days / span AS cost
FROM parts;
