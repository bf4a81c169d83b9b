-- for: project, room, fee_bill, fee_payment, service_request, survey_response, survey_wave, meter, energy_reading, kpi_target
-- The facts as known at an instant, within a scope: the newest published row
-- of each natural key. project is the code of a known project, '' (unassigned)
-- while its master has not arrived; project_ref is what the file said.
CREATE OR REPLACE VIEW {{fact}}_at AS
WITH refs AS (SELECT ref, code FROM project_ref_at(known_at = {known_at:DateTime64(6, 'UTC')}))
SELECT
    r.code AS project,
    f.project AS project_ref,
    f.* EXCEPT (project),
    p.load_id AS load_id,
    p.published AS published
FROM {{fact}} AS f
INNER JOIN published_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS p ON p.attempt = f.attempt
LEFT JOIN refs AS r ON r.ref = f.project
WHERE {all_projects:Bool}
   OR f.project IN (SELECT ref FROM refs WHERE has({projects:Array(String)}, code))
   OR (has({projects:Array(String)}, '') AND f.project NOT IN (SELECT ref FROM refs))
ORDER BY if(r.code = '', f.project, r.code), f.key, p.published DESC, f.row_no DESC
LIMIT 1 BY if(r.code = '', f.project, r.code), f.key;
