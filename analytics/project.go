package analytics

import (
	"context"

	"gatehouse"
)

// ProjectInfo is a project as its master describes it.
type ProjectInfo struct {
	Code       string `ch:"code" json:"code"`
	Name       string `ch:"name" json:"name"`
	Region     string `ch:"region" json:"region"`
	Segment    string `ch:"segment" json:"segment"`
	Households uint32 `ch:"households" json:"households"`
	Manager    string `ch:"manager" json:"manager"`
}

// Projects lists the projects in scope by region and code.
func (s *Service) Projects(ctx context.Context, scope gatehouse.Scope, at Snapshot) ([]ProjectInfo, error) {
	return answer[ProjectInfo](ctx, s, "analytics.Projects", at.asked(scope), nil)
}
