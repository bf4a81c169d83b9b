-- Who did what, newest first: what tables tell anyway, and the table audit for
-- what they do not. A change of a user is told by the row before it.
SELECT at, person, action, subject, detail, projects, address, count() OVER () AS total
FROM
(
    SELECT at, person, toString(action) AS action, subject, detail, projects, address FROM audit

    UNION ALL
    SELECT at, changed_by, arrayJoin(arrayFilter(word -> word != '',
        if(number = 1, ['user_made'],
            [
                if(role != old_role OR projects != old_projects, 'user_changed', ''),
                if(disabled AND NOT old_disabled, 'user_disabled', ''),
                if(old_disabled AND NOT disabled, 'user_enabled', ''),
                if(password_hash != old_hash, 'user_password', ''),
                if(epoch != old_epoch AND disabled = old_disabled AND password_hash = old_hash, 'user_signed_out', '')
            ]))), name, toString(role), projects, ''
    FROM
    (
        SELECT name, role, projects, password_hash, epoch, disabled, changed_by, at, row_number() OVER w AS number,
            lagInFrame(role) OVER w AS old_role, lagInFrame(projects) OVER w AS old_projects, lagInFrame(password_hash) OVER w AS old_hash,
            lagInFrame(epoch) OVER w AS old_epoch, lagInFrame(disabled) OVER w AS old_disabled
        FROM user_account
        WINDOW w AS (PARTITION BY name ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )

    UNION ALL
    SELECT p.at, if(p.changed_by != '', p.changed_by, l.loaded_by),
        multiIf(p.action = 'withdraw', 'load_withdrawn', p.number = 1, 'load', 'load_restored'), p.load_id, l.file_name, p.projects, ''
    FROM
    (
        SELECT attempt, load_id, action, projects, changed_by, at, row_number() OVER (PARTITION BY attempt ORDER BY at) AS number
        FROM publication
    ) AS p
    LEFT JOIN (SELECT load_id, argMax(loaded_by, at) AS loaded_by, argMax(file_name, at) AS file_name FROM load GROUP BY load_id) AS l ON l.load_id = p.load_id

    UNION ALL
    SELECT a.at, l.loaded_by, 'load_refused', a.load_id, l.file_name, a.projects, ''
    FROM (SELECT load_id, projects, at FROM attempt WHERE state = 'refused') AS a
    LEFT JOIN (SELECT load_id, argMax(loaded_by, at) AS loaded_by, argMax(file_name, at) AS file_name FROM load GROUP BY load_id) AS l ON l.load_id = a.load_id

    UNION ALL
    SELECT at, by, if(action = 'close', 'period_closed', 'period_reopened'), concat(toString(start), '/', toString(end)), note, [], '' FROM period_closing

    UNION ALL
    SELECT at, toString(asked_by), if(state = 'cancel', 'job_cancelled', 'job_run'), toString(job), '', [], ''
    FROM job_run
    WHERE asked_by != '' AND state IN ('started', 'cancel')

    UNION ALL
    SELECT at, changed_by, 'mapping_saved', concat(name, '@', toString(version)), '', [], '' FROM mapping

    UNION ALL
    SELECT at, changed_by, 'source_restarted', toString(source), '', [], '' FROM source_state WHERE changed_by != '' AND cursor = ''

    UNION ALL
    SELECT at, changed_by, if(removed, 'view_removed', 'view_saved'), name, if(shared, 'shared', ''), [], '' FROM saved_view

    UNION ALL
    SELECT at, changed_by, if(removed, 'note_removed', 'note_added'), toString(day), text, if(project = '', [], [project]), '' FROM annotation
)
WHERE at >= {from:DateTime64(6, 'UTC')} AND at < {until:DateTime64(6, 'UTC')}
  AND ({person:String} = '' OR positionCaseInsensitiveUTF8(person, {person:String}) > 0)
  AND ({action:String} = '' OR action = {action:String})
ORDER BY at DESC, action, subject
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
