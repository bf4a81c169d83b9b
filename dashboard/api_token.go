package dashboard

import (
	"net/http"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// sender is a program that may push rows.
type sender struct {
	Name     string
	Feeds    []string        // feeds that it may load
	Project  string          // project of rows that name none; may be empty
	Projects gatehouse.Scope // projects for which it may load, by code
}

// mayLoad is what ingest asks for each project that rows name.
func (s sender) mayLoad(feed, project string) bool {
	return slices.Contains(s.Feeds, feed) && s.Projects.Allows(project)
}

// sender is the declared source that sends a request, by its bearer token.
func (s *Server) sender(r *http.Request) (sender, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if strings.EqualFold(scheme, "Bearer") && token != "" {
		if declared, ok := s.Sources.Sender(token); ok {
			feeds := ingest.FeedNames()
			if declared.Feed != "" {
				feeds = []string{declared.Feed}
			}
			return sender{declared.Name, feeds, declared.Project, declared.Push.Scope()}, nil
		}
	}
	p := problemf(http.StatusUnauthorized, gatehouse.Text{ZH: "令牌缺失或无效", EN: "The token is missing or not valid"}, "send it as Authorization: Bearer TOKEN")
	p.header.Set("WWW-Authenticate", `Bearer realm="gatehouse"`)
	return sender{}, p
}
