// Package shelf keeps what people put beside the figures: saved views of pages,
// and annotations on days. Both are few, so all are kept in memory and read
// again when something changed; what a person may see of them is chosen here.
package shelf
