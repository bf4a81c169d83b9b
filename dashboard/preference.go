package dashboard

import (
	"net/http"

	"golang.org/x/text/language"

	"gatehouse"
)

// preferences keeps ?lang= and ?theme= in cookies, so that one click holds for
// the pages to come.
func (s *Server) preferences(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" && r.Method == http.MethodGet {
			q := r.URL.Query()
			if lang, ok := parseLang(q.Get("lang")); ok {
				s.setCookie(w, langCookie, string(lang), preferenceLife)
			}
			if theme := q.Get("theme"); isTheme(theme) {
				s.setCookie(w, themeCookie, theme, preferenceLife)
			}
		}
		next.ServeHTTP(w, r)
	})
}

func parseLang(s string) (gatehouse.Lang, bool) {
	lang := gatehouse.Lang(s)
	return lang, lang == gatehouse.Chinese || lang == gatehouse.English
}

// langOf is the language asked for, chosen before, or preferred by the browser.
func (s *Server) langOf(r *http.Request) gatehouse.Lang {
	if lang, ok := parseLang(r.URL.Query().Get("lang")); ok {
		return lang
	}
	if cookie, err := r.Cookie(langCookie); err == nil {
		if lang, ok := parseLang(cookie.Value); ok {
			return lang
		}
	}
	matcher := language.NewMatcher([]language.Tag{language.Chinese, language.English})
	if accepted := r.Header.Get("Accept-Language"); accepted != "" {
		if _, i := language.MatchStrings(matcher, accepted); i == 1 {
			return gatehouse.English
		}
	}
	return gatehouse.Chinese
}

func isTheme(s string) bool { return s == "light" || s == "dark" }

// themeOf is the theme chosen, empty when it follows the system.
func themeOf(r *http.Request) string {
	if theme := r.URL.Query().Get("theme"); isTheme(theme) {
		return theme
	}
	if cookie, err := r.Cookie(themeCookie); err == nil && isTheme(cookie.Value) {
		return cookie.Value
	}
	return ""
}
