-- for: project, room, fee_bill, fee_payment, service_request, survey_response, survey_wave, meter, energy_reading, kpi_target
-- The facts as known at an instant, within a scope: the newest published row
-- of each natural key. project is the code of a known project, '' (unassigned)
-- while its master has not arrived; project_ref is what the file said, and ref
-- the same where the project is not known: with it and key a row is one. Rows
-- that a correction carries over rank by when they were first published.
CREATE OR REPLACE VIEW {{fact}}_at AS
SELECT
    r.code AS project,
    f.project AS project_ref,
    if(r.code = '', f.project, '') AS ref,
    f.* EXCEPT (project, attempt),
    f.attempt AS attempt,
    p.load_id AS load_id,
    if(c.attempt = 0, p.published, c.published) AS published
FROM {{fact}} AS f
INNER JOIN published_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS p ON p.attempt = f.attempt
LEFT JOIN replaced_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS c ON c.attempt = f.brought
LEFT JOIN project_ref_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS r ON r.ref = f.project
WHERE ({all_projects:Bool}
   OR f.project IN (SELECT ref FROM project_ref_at(known_at = {known_at:DateTime64(6, 'UTC')}) WHERE code != '' AND code IN {projects:Array(String)})
   OR (has({projects:Array(String)}, '') AND r.code = ''))
ORDER BY r.code, ref, f.key, published DESC, f.row_no DESC
LIMIT 1 BY r.code, ref, f.key;
