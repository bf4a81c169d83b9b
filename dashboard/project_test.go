package dashboard

import (
	"context"
	"net/http"

	"gatehouse/dashboard/auth"
)

// asUser signs a user in for one request.
func asUser(r *http.Request, user auth.User) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), userKey{}, user))
}
