-- KPIs are made of lines, each with the fact behind it. Derived tables only:
-- the next refresh computes everything anew, as the KPIs are others.
--   ref           what the file calls the project, for rows of no known project
--   reversal_key  the reversal behind an entry of kind reversed
--   fact, key     the fact behind the entry
ALTER TABLE fee_entry ADD COLUMN IF NOT EXISTS ref LowCardinality(String) AFTER project;
ALTER TABLE fee_entry ADD COLUMN IF NOT EXISTS reversal_key String AFTER payment_key;
ALTER TABLE fee_entry ADD COLUMN IF NOT EXISTS fact String ALIAS if(payment_key = '', 'fee_bill', 'fee_payment');
ALTER TABLE fee_entry ADD COLUMN IF NOT EXISTS key String ALIAS multiIf(payment_key != '', payment_key, reversal_key != '', reversal_key, bill_key);

-- A row of kpi_value is the sum of a KPI's lines over the period [month, until):
-- months, and longer periods where months do not add up to them.
--   moments  for intervals. Of scores: Σ score². Of ratios of money, over the
--            things that n counts: Σ y², Σ x·y, Σ x² of numerator y and
--            denominator x, and how many there are
--   samples  of medians: how many lines had a numerator of so much
ALTER TABLE kpi_value ADD COLUMN IF NOT EXISTS until Date DEFAULT addMonths(month, 1) AFTER month;
ALTER TABLE kpi_value ADD COLUMN IF NOT EXISTS moments Array(Float64) AFTER n;
ALTER TABLE kpi_value ADD COLUMN IF NOT EXISTS samples Map(UInt32, UInt64) AFTER moments;
ALTER TABLE kpi_value DROP COLUMN IF EXISTS spread;

-- Hours in which a request is to be answered first.
ALTER TABLE sla_hours ADD COLUMN IF NOT EXISTS response_hours UInt32
    DEFAULT multiIf(kind = 'complaint', 24, kind = 'repair', 2, kind = 'enquiry', 4, 24) AFTER hours;
