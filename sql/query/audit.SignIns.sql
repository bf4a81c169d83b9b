-- When each person last signed in.
SELECT person, max(audit.at) AS at FROM audit WHERE action = 'sign_in' GROUP BY person
