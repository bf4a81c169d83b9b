// Package analytics turns facts into numbers: it allocates payments to bills,
// computes the KPIs of sql/kpi by project and month, and reads them back for
// any period as they were known at any instant.
package analytics
