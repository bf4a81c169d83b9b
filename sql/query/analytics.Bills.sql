-- Bills of the projects in scope, with the building of their room.
-- sources: fee_bill, room
SELECT
    b.project AS project, if(b.project = '', b.project_ref, '') AS ref, b.key AS key, b.bill_no AS number, b.kind AS kind, b.reverses AS reverses,
    b.room AS room, r.building AS building, b.fee_item AS item, b.month AS month, b.due_on AS due_on,
    b.amount AS amount, b.waived AS waived, b.payer AS payer
FROM fee_bill AS b
LEFT JOIN (SELECT project, room, any(building) AS building FROM room GROUP BY project, room) AS r ON r.project = b.project AND r.room = b.room
ORDER BY project
