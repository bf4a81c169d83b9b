-- Rooms with something past due on the as-of day, those to chase first: by the
-- sum over bills of what is open × days past due, in yuan·days. Late fees stay
-- out. rooms and total are of all of them, not only of those listed.
-- sources: fee_entry
SELECT project, ref, room, building, owed, weight, count() OVER () AS rooms, sum(owed) OVER () AS total
FROM
(
    -- Entries of a bill share its due day, so bills need not be put together.
    SELECT project, ref, room, max(e.building) AS building, sum(open) AS owed, sum(open * toInt64({as_of:Date} - due)) AS weight
    FROM
    (
        SELECT toString(project) AS project, toString(ref) AS ref, room, toString(building) AS building, due_on AS due, if(kind = 'billed', amount, -amount) AS open
        FROM fee_entry
        WHERE NOT late AND due < {as_of:Date} AND month <= {as_of:Date}
            AND (kind IN ('billed', 'reversed', 'waived') OR kind IN ('received', 'settled') AND day <= {as_of:Date})
    ) AS e
    GROUP BY project, ref, room
)
WHERE owed > 0
ORDER BY weight DESC, owed DESC, project, ref, room
LIMIT if({limit:UInt64} = 0, 9223372036854775807, {limit:UInt64}) OFFSET {offset:UInt64}
