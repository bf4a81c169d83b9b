-- Service requests with their deadlines: until when each is to be answered
-- first, and until when closed, which the file may say itself. Hours are those
-- of the kind and category, else of the kind.
CREATE OR REPLACE VIEW request_at AS
SELECT
    r.* EXCEPT (kind, category), r.kind AS kind, r.category AS category,
    addHours(r.opened_at, if(c.response_hours > 0, c.response_hours, k.response_hours)) AS answer_due,
    coalesce(r.due_at, addHours(r.opened_at, if(c.hours > 0, c.hours, k.hours))) AS close_due
FROM service_request_at(known_at = {known_at:DateTime64(6, 'UTC')}, all_projects = {all_projects:Bool}, projects = {projects:Array(String)}) AS r
LEFT JOIN sla_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS c ON c.kind = r.kind AND c.category = r.category AND r.category != ''
LEFT JOIN (SELECT kind, hours, response_hours FROM sla_at(known_at = {known_at:DateTime64(6, 'UTC')}) WHERE category = '') AS k ON k.kind = r.kind;
