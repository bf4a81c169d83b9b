// Package audit keeps who did what and when. Most of it other tables tell
// already (loads, closings, users, jobs); what they do not is recorded here.
package audit
