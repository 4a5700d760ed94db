// Package check tests the manifests of Kubernetes beside it: against the types of
// its API, and by what the shards' shell makes of them. It is a module of its own
// because those types are no dependency of fnn.
package check
