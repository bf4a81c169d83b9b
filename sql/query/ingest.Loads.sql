-- Loads, newest first: of each its visible attempt, else the one that can be
-- restored, else its newest. A limited scope sees the loads whose projects all
-- lie in it, and the viewer's own. refs is what files call the projects in
-- scope, named what they call the project asked for: read apart, and by nobody
-- who sees all, since telling the names of projects costs more than all of
-- this. What an attempt found is read for the loads of the page only.
WITH
    (
        SELECT (arrayConcat([toUInt64(0)], groupArray(replaces)), arrayConcat([''], groupArray(owner)))
        FROM
        (
            SELECT any(load_id) AS owner, argMax(replaces, at) AS replaces
            FROM publication
            GROUP BY attempt
            HAVING argMax(action, at) = 'publish' AND replaces != 0
        )
    ) AS corrections,
    files AS
    (
        SELECT load_id, sha256, file_name, bytes, loaded_by, source
        FROM load
        WHERE {load_id:String} = '' OR load_id = {load_id:String}
        ORDER BY load_id, at DESC
        LIMIT 1 BY load_id
    ),
    changes AS
    (
        SELECT attempt, argMax(action, at) AS action, argMax(changed_by, at) AS changed_by, max(at) AS changed
        FROM publication
        WHERE {load_id:String} = '' OR load_id = {load_id:String}
        GROUP BY attempt
    ),
    attempts AS
    (
        SELECT attempt, any(load_id) AS owner, argMax((state, feeds, projects), at) AS record, min(at) AS began
        FROM attempt
        WHERE {load_id:String} = '' OR load_id = {load_id:String}
        GROUP BY attempt
    ),
    shown AS
    (
        SELECT a.attempt AS attempt, a.owner AS load_id, a.record.2 AS feeds, a.record.3 AS projects,
            transform(a.attempt, corrections.1, corrections.2, '') AS corrected_by, c.changed_by AS changed_by,
            multiIf(c.action = 'publish' AND corrected_by != '', 'corrected', c.action = 'publish', 'published', c.action = 'withdraw', 'withdrawn', a.record.1 = 'refused', 'refused', 'abandoned') AS state,
            if(c.action = '', a.began, c.changed) AS at
        FROM attempts AS a
        LEFT JOIN changes AS c ON c.attempt = a.attempt
        ORDER BY load_id, state IN ('published', 'corrected') DESC, state = 'withdrawn' DESC, attempt DESC
        LIMIT 1 BY load_id
    ),
    page AS
    (
        SELECT s.attempt AS attempt, s.load_id AS load_id, s.feeds AS feeds, s.projects AS projects, s.corrected_by AS corrected_by,
            s.changed_by AS changed_by, s.state AS state, s.at AS at, f.sha256 AS sha256, f.file_name AS file_name, f.bytes AS bytes,
            f.loaded_by AS loaded_by, f.source AS source, count() OVER () AS total
        FROM shown AS s
        INNER JOIN files AS f ON f.load_id = s.load_id
        WHERE ({all_projects:Bool}
                OR {viewer:String} != '' AND f.loaded_by = {viewer:String}
                OR notEmpty(s.projects) AND hasAll({refs:Array(String)}, s.projects))
            AND (empty({named:Array(String)}) OR hasAny({named:Array(String)}, s.projects))
            AND ({feed:String} = '' OR has(s.feeds, {feed:String}) OR {feed:String} IN ('fee_bill', 'fee_payment') AND has(s.feeds, 'fee_ledger'))
            AND ({state:String} = '' OR s.state = {state:String})
            AND ({search:String} = '' OR positionCaseInsensitiveUTF8(f.file_name, {search:String}) > 0)
        ORDER BY at DESC, attempt DESC
        LIMIT {limit:UInt64} OFFSET {offset:UInt64}
    )
SELECT
    p.*, r.rows AS rows, r.loaded AS loaded, r.quarantined AS quarantined, r.skipped AS skipped, r.orphans AS orphans, r.warnings AS warnings,
    r.sums AS sums, r.claimed AS claimed, r.cells AS cells, r.held AS held, r.corrects AS corrects,
    r.errors AS errors, r.errors_zh AS errors_zh, r.notes AS notes, r.notes_zh AS notes_zh
FROM page AS p
INNER JOIN
(
    SELECT attempt, rows, loaded, quarantined, skipped, orphans, warnings, sums, claimed, cells, held, corrects, errors, errors_zh, notes, notes_zh
    FROM attempt
    WHERE {load_id:String} = '' OR load_id = {load_id:String}
    ORDER BY attempt, at DESC
    LIMIT 1 BY attempt
) AS r ON r.attempt = p.attempt
ORDER BY p.at DESC, p.attempt DESC
