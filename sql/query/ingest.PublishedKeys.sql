-- Published rows of some tables and projects by key, to tell what a load would change.
-- sources: project, room, fee_bill, fee_payment, service_request, survey_response, survey_wave, meter, energy_reading, kpi_target
SELECT 'project' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM project WHERE has({tables:Array(String)}, 'project') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'room' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM room WHERE has({tables:Array(String)}, 'room') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'fee_bill' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM fee_bill WHERE has({tables:Array(String)}, 'fee_bill') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'fee_payment' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM fee_payment WHERE has({tables:Array(String)}, 'fee_payment') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'service_request' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM service_request WHERE has({tables:Array(String)}, 'service_request') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'survey_response' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM survey_response WHERE has({tables:Array(String)}, 'survey_response') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'survey_wave' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM survey_wave WHERE has({tables:Array(String)}, 'survey_wave') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'meter' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM meter WHERE has({tables:Array(String)}, 'meter') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'energy_reading' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM energy_reading WHERE has({tables:Array(String)}, 'energy_reading') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
UNION ALL
SELECT 'kpi_target' AS table, if(project = '', project_ref, project) AS project, key, row_hash
FROM kpi_target WHERE has({tables:Array(String)}, 'kpi_target') AND has({projects_asked:Array(String)}, if(project = '', project_ref, project))
