-- for: project, room, fee_bill, fee_payment, service_request, survey_response, survey_wave, meter, energy_reading, kpi_target
-- The facts as known at an instant, within a scope: the newest published row
-- of each natural key. project is the code of a known project, '' (unassigned)
-- while its master has not arrived; project_ref is what the file said, and ref
-- the same where the project is not known: with it and key a row is one.
CREATE OR REPLACE VIEW {{fact}}_at AS
WITH
    -- What files call projects, and the codes meant, side by side; read once.
    (
        SELECT (arrayConcat([''], groupArray(ref)), arrayConcat([''], groupArray(code)))
        FROM project_ref_at(known_at = {known_at:DateTime64(6, 'UTC')})
    ) AS refs,
    -- Rows that a correction carries over rank by when they were first published.
    (
        SELECT (groupArray(attempt), groupArray(published)) FROM replaced_at(known_at = {known_at:DateTime64(6, 'UTC')})
    ) AS carried
SELECT
    transform(f.project, refs.1, refs.2, '') AS project,
    f.project AS project_ref,
    if(transform(f.project, refs.1, refs.2, '') = '', f.project, '') AS ref,
    f.* EXCEPT (project),
    p.load_id AS load_id,
    transform(f.brought, carried.1, carried.2, p.published) AS published
FROM {{fact}} AS f
INNER JOIN published_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS p ON p.attempt = f.attempt
WHERE {all_projects:Bool}
   OR f.project IN (SELECT arrayJoin(arrayFilter((ref, code) -> code != '' AND has({projects:Array(String)}, code), refs.1, refs.2)))
   OR (has({projects:Array(String)}, '') AND f.project NOT IN (SELECT arrayJoin(arrayFilter((ref, code) -> code != '', refs.1, refs.2))))
ORDER BY if(transform(f.project, refs.1, refs.2, '') = '', f.project, transform(f.project, refs.1, refs.2, '')), f.key, published DESC, f.row_no DESC
LIMIT 1 BY if(transform(f.project, refs.1, refs.2, '') = '', f.project, transform(f.project, refs.1, refs.2, '')), f.key;
