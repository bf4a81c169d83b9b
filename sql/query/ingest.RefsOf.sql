-- What files call some projects.
-- sources: project_ref
SELECT ref FROM project_ref WHERE has({codes:Array(String)}, code)
