-- Remove the sums of runs that began before an instant; what differed is kept.
DELETE FROM kpi_sum WHERE written < {before:DateTime64(6, 'UTC')}
