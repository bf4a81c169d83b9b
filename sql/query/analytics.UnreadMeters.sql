-- Meters by how long their reading is overdue on the as-of day, those that are
-- not at the end. A meter is due its usual gap after its last reading: the upper
-- median of its last twelve gaps; with fewer than two readings there is none. It
-- is unread when grace days have passed since then, or when it was never read.
-- meters, judged and unread are of all meters in scope.
-- sources: meter, energy_reading
WITH if(never, master, last) AS place
SELECT project, ref, meter, energy, role, last_read, usual_days, days_late, never, unread,
    place.1 AS load_id, place.2 AS attempt, place.3 AS brought, place.4 AS sheet, place.5 AS source_row, place.6 AS key,
    count() OVER () AS meters, countIf(usual_days > 0 OR never) OVER () AS judged, countIf(unread) OVER () AS unread_meters
FROM
(
    SELECT
        project, ref, meter, max(e) AS energy, max(r) AS role, max(own) AS master, max(l) AS last, max(d) AS last_read, max(g) AS usual_days,
        last_read = toDate(0) AS never,
        if(usual_days > 0, toInt64({as_of:Date} - last_read) - usual_days, 0) AS days_late,
        never OR days_late > {grace:UInt16} AS unread
    FROM
    (
        SELECT project, ref, meter, toString(energy) AS e, toString(role) AS r, (load_id, attempt, brought, toString(sheet), source_row, key) AS own,
            ('', toUInt64(0), toUInt64(0), '', toUInt32(0), '') AS l, toDate(0) AS d, toInt64(0) AS g
        FROM meter
        UNION ALL
        SELECT project, ref, meter, '' AS e, '' AS r, ('', toUInt64(0), toUInt64(0), '', toUInt32(0), '') AS own, l, days[1] AS d,
            if(length(days) < 2, 0, arraySort(arrayMap((later, earlier) -> toInt64(later - earlier), arrayPopBack(days), arrayPopFront(days)))[intDiv(length(days) - 1, 2) + 1]) AS g
        FROM
        (
            SELECT project, ref, meter, argMax((load_id, attempt, brought, toString(sheet), source_row, key), read_on) AS l,
                arraySlice(arrayReverseSort(arrayDistinct(arrayConcat(groupUniqArray(read_on), groupUniqArrayIf(assumeNotNull(prev_on), prev_on IS NOT NULL)))), 1, 13) AS days
            FROM energy_reading
            WHERE read_on <= {as_of:Date}
            GROUP BY project, ref, meter
        )
    )
    GROUP BY project, ref, meter
)
ORDER BY unread DESC, never, days_late DESC, project, ref, meter
LIMIT if({limit:UInt64} = 0, 9223372036854775807, {limit:UInt64}) OFFSET {offset:UInt64}
