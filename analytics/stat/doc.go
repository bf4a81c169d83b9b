// Package stat is the statistics behind the comparisons: how sure a number is,
// whether a project or a month differs by more than chance, what a year will
// probably end at, and why a number changed. It is arithmetic only: no
// database, no clock, no rounding for the eye. Each formula names its source,
// and each is tested against numbers that somebody else published.
//
// Shares of counted things have [Wilson] and [Newcombe] intervals; ratios of
// sums, such as collection rates, have [Moments.Ratio], since money comes in
// by rooms and not by yuan; surveys have [MarginOfProportion] and
// [MarginOfMean] for a finite population. [NewFunnel] compares projects,
// [NewXmR] the months of one project, [NewLadder] carries unfinished months on,
// [ExplainRatio] and [ExplainAmount] split a change exactly, and [DegreeDays],
// [NormaliseUse] and [FitDegreeDays] take the weather out of energy.
//
// Numbers that are not known are NaN where a series may have gaps, and only
// there. Errors are of kind gatehouse.Invalid and say which number is wrong.
package stat
