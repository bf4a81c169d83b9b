// Package auth knows the users: what role each has, which projects each may
// see, and whether a name and password belong together.
package auth
