-- Known projects, by which titles and file names are recognised.
-- sources: project
SELECT project AS code, name FROM project WHERE project != ''
