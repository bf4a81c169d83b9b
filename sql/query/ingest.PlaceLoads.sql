-- The attempts of a load, those asked for by number, and of the loads that any
-- of them corrects, each with the file it read: the published ones first, then
-- those that were withdrawn, of these the newest.
SELECT a.attempt AS attempt, a.owner AS load_id, a.record.1 AS corrects, a.record.2 AS feeds, a.record.3 AS projects,
    l.sha256 AS sha256, l.file_name AS file_name, l.bytes AS bytes, l.loaded_by AS loaded_by, l.source AS source,
    l.feed AS feed, l.project AS project, l.mapping AS mapping, p.action AS action
FROM
(
    SELECT attempt, any(load_id) AS owner, argMax((corrects, feeds, projects), at) AS record
    FROM attempt
    WHERE load_id = {load_id:String} OR has({attempts:Array(UInt64)}, attempt)
        OR load_id IN (SELECT corrects FROM attempt WHERE corrects != '' AND (load_id = {load_id:String} OR has({attempts:Array(UInt64)}, attempt)))
    GROUP BY attempt
) AS a
INNER JOIN
(
    SELECT load_id, sha256, file_name, bytes, loaded_by, source, feed, project, mapping
    FROM load
    ORDER BY load_id, at DESC
    LIMIT 1 BY load_id
) AS l ON l.load_id = a.owner
LEFT JOIN
(
    SELECT attempt, argMax(action, at) AS action
    FROM publication
    WHERE at <= {known_at:DateTime64(6, 'UTC')}
    GROUP BY attempt
) AS p ON p.attempt = a.attempt
ORDER BY action = 'publish' DESC, action = 'withdraw' DESC, attempt DESC
