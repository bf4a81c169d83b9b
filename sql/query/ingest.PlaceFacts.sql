-- The facts that rows of a file made, from one number to another, and the values
-- of one of the rows. project is the code of a known project, and names is what
-- files call it; outside tells the facts of projects that are not in the scope,
-- of which nothing else is told.
-- facts and named, the tables and projects that the attempt is known to have
-- filled, bound what is read.
-- sources: project_ref
WITH (SELECT (arrayConcat([''], groupArray(ref)), arrayConcat([''], groupArray(code))) FROM project_ref) AS refs
SELECT
    fact, source_row, NOT ({all_projects:Bool} OR has({projects:Array(String)}, transform(ref, refs.1, refs.2, ''))) AS outside,
    if(outside, '', transform(ref, refs.1, refs.2, '')) AS project, if(outside, '', ref) AS project_ref, if(outside, '', key) AS natural_key,
    mapFilter((name, value) -> source_row = {row:UInt32} AND NOT outside, stored) AS values,
    if(project = '', [project_ref], arrayFilter((name, code) -> code = project, refs.1, refs.2)) AS names
FROM
(
    SELECT 'project' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'name', name, 'region', region, 'segment', segment, 'floor_area', toDecimalString(floor_area, 2),
        'billable_area', toDecimalString(billable_area, 2), 'households', toString(households), 'handed_over', ifNull(toString(handed_over), ''),
        'manager', manager) AS stored
    FROM project
    WHERE has({facts:Array(String)}, 'project') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'room' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'room', room, 'building', building, 'area', toDecimalString(area, 2), 'kind', kind, 'status', status) AS stored
    FROM room
    WHERE has({facts:Array(String)}, 'room') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'fee_bill' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'room', room, 'bill_no', bill_no, 'fee_item', fee_item, 'period_start', ifNull(toString(period_start), ''),
        'period_end', ifNull(toString(period_end), ''), 'month', toString(month), 'due_on', toString(due_on), 'amount', toDecimalString(amount, 2),
        'waived', toDecimalString(waived, 2), 'kind', kind, 'reverses', reverses, 'payer', payer) AS stored
    FROM fee_bill
    WHERE has({facts:Array(String)}, 'fee_bill') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'fee_payment' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'room', room, 'receipt_no', receipt_no, 'bill_no', bill_no, 'fee_item', fee_item,
        'period_start', ifNull(toString(period_start), ''), 'period_end', ifNull(toString(period_end), ''), 'paid_on', toString(paid_on),
        'amount', toDecimalString(amount, 2), 'method', method, 'cashier', cashier, 'reverses', reverses) AS stored
    FROM fee_payment
    WHERE has({facts:Array(String)}, 'fee_payment') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'service_request' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'request_no', request_no, 'kind', kind, 'category', category, 'channel', channel, 'room', room,
        'opened_at', toString(toTimeZone(opened_at, {tz:String})), 'responded_at', ifNull(toString(toTimeZone(responded_at, {tz:String})), ''),
        'due_at', ifNull(toString(toTimeZone(due_at, {tz:String})), ''), 'closed_at', ifNull(toString(toTimeZone(closed_at, {tz:String})), ''),
        'followed_up_at', ifNull(toString(toTimeZone(followed_up_at, {tz:String})), ''), 'follow_up', follow_up, 'handler', handler, 'status', status,
        'text', text) AS stored
    FROM service_request
    WHERE has({facts:Array(String)}, 'service_request') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'survey_response' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'wave', wave, 'respondent', respondent, 'channel', channel, 'submitted_at', toString(toTimeZone(submitted_at, {tz:String})),
        'question', question, 'dimension', dimension, 'score', ifNull(toString(score), ''), 'scale_min', toString(scale_min), 'scale_max', toString(scale_max),
        'dont_know', toString(dont_know), 'comment', comment) AS stored
    FROM survey_response
    WHERE has({facts:Array(String)}, 'survey_response') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'survey_wave' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'wave', wave, 'issued', toString(issued), 'population', toString(population)) AS stored
    FROM survey_wave
    WHERE has({facts:Array(String)}, 'survey_wave') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'meter' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'meter', meter, 'energy', energy, 'role', role, 'multiplier', toString(multiplier), 'unit', unit) AS stored
    FROM meter
    WHERE has({facts:Array(String)}, 'meter') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'energy_reading' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'meter', meter, 'read_on', toString(read_on), 'value', ifNull(toString(value), ''), 'prev_on', ifNull(toString(prev_on), ''),
        'prev_value', ifNull(toString(prev_value), ''), 'usage', ifNull(toString(usage), ''), 'event', event, 'cost', ifNull(toDecimalString(cost, 2), '')) AS stored
    FROM energy_reading
    WHERE has({facts:Array(String)}, 'energy_reading') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
    UNION ALL
    SELECT 'kpi_target' AS fact, project AS ref, key, source_row, row_no, map(
        'project', project, 'kpi', kpi, 'month_start', toString(month_start), 'month_end', toString(month_end), 'target', toString(target),
        'warn', ifNull(toString(warn), '')) AS stored
    FROM kpi_target
    WHERE has({facts:Array(String)}, 'kpi_target') AND attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
        AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND project IN (SELECT arrayJoin({named:Array(String)}))
)
ORDER BY source_row, fact, row_no
