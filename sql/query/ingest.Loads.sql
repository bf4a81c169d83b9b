-- Loads, newest first: of each its visible attempt, else its newest one. A
-- limited scope sees the loads whose projects all lie in it, and the viewer's own.
-- sources: project_ref
WITH mine AS (SELECT groupArray(ref) AS refs FROM project_ref WHERE has({projects:Array(String)}, code)),
    files AS
    (
        SELECT load_id, argMax(sha256, at) AS sha256, argMax(file_name, at) AS file_name, argMax(bytes, at) AS bytes,
            argMax(loaded_by, at) AS loaded_by, argMax(source, at) AS source
        FROM load
        GROUP BY load_id
    ),
    changes AS
    (
        SELECT attempt, any(load_id) AS load_id, argMax(action, at) AS action, argMax(replaces, at) AS replaces,
            argMax(changed_by, at) AS changed_by, max(at) AS changed
        FROM publication
        GROUP BY attempt
    ),
    replaced AS (SELECT replaces AS attempt, any(load_id) AS corrected_by FROM changes WHERE action = 'publish' AND replaces != 0 GROUP BY replaces),
    visibility AS
    (
        SELECT c.attempt AS attempt, c.action AS action, c.changed_by AS changed_by, c.changed AS changed, r.corrected_by AS corrected_by
        FROM changes AS c
        LEFT JOIN replaced AS r ON r.attempt = c.attempt
    ),
    attempts AS
    (
        SELECT
            attempt, any(load_id) AS load_id, argMax(state, at) AS recorded, min(at) AS began,
            argMax(feeds, at) AS feeds, argMax(projects, at) AS projects, argMax(rows, at) AS rows, argMax(loaded, at) AS loaded,
            argMax(quarantined, at) AS quarantined, argMax(skipped, at) AS skipped, argMax(orphans, at) AS orphans,
            argMax(sums, at) AS sums, argMax(claimed, at) AS claimed, argMax(cells, at) AS cells, argMax(held, at) AS held,
            argMax(warnings, at) AS warnings, argMax(corrects, at) AS corrects,
            argMax(errors, at) AS errors, argMax(errors_zh, at) AS errors_zh, argMax(notes, at) AS notes, argMax(notes_zh, at) AS notes_zh
        FROM attempt
        GROUP BY attempt
    ),
    shown AS
    (
        SELECT
            a.*,
            multiIf(v.action = 'publish' AND v.corrected_by != '', 'corrected', v.action = 'publish', 'published', v.action = 'withdraw', 'withdrawn', a.recorded = 'refused', 'refused', 'abandoned') AS state,
            if(v.action = '', a.began, v.changed) AS at, v.changed_by AS changed_by, v.corrected_by AS corrected_by
        FROM attempts AS a
        LEFT JOIN visibility AS v ON v.attempt = a.attempt
        ORDER BY a.load_id, state IN ('published', 'corrected') DESC, a.attempt DESC
        LIMIT 1 BY a.load_id
    )
SELECT
    s.load_id AS load_id, s.attempt AS attempt, f.sha256 AS sha256, f.file_name AS file_name, f.bytes AS bytes, f.loaded_by AS loaded_by, f.source AS source,
    s.at AS at, s.state AS state, s.feeds AS feeds, s.projects AS projects, s.rows AS rows, s.loaded AS loaded, s.quarantined AS quarantined,
    s.skipped AS skipped, s.orphans AS orphans, s.warnings AS warnings, s.sums AS sums, s.claimed AS claimed, s.cells AS cells, s.held AS held,
    s.corrects AS corrects, s.corrected_by AS corrected_by, s.changed_by AS changed_by,
    s.errors AS errors, s.errors_zh AS errors_zh, s.notes AS notes, s.notes_zh AS notes_zh, count() OVER () AS total
FROM shown AS s
INNER JOIN files AS f ON f.load_id = s.load_id
WHERE ({all_projects:Bool}
        OR {viewer:String} != '' AND f.loaded_by = {viewer:String}
        OR notEmpty(s.projects) AND hasAll((SELECT refs FROM mine), s.projects))
    AND ({load_id:String} = '' OR s.load_id = {load_id:String})
    AND ({feed:String} = '' OR has(s.feeds, {feed:String}))
    AND ({state:String} = '' OR s.state = {state:String})
    AND ({search:String} = '' OR positionCaseInsensitiveUTF8(f.file_name, {search:String}) > 0)
ORDER BY at DESC, attempt DESC
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
