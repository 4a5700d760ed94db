package main

import (
	"log"
	"slices"
)

// A record says who took part: the versions of those who did, and the reasons of
// those who did not.
type record struct {
	versions []string
	absent   []absence
}

// An absence is a library, in a setting or in all, and why it is missing.
type absence struct{ name, reason string }

// version notes a worker's version.
func (r *record) version(version string) {
	if !slices.Contains(r.versions, version) {
		r.versions = append(r.versions, version)
	}
}

// missing notes why somebody is missing. The first reason counts.
func (r *record) missing(name string, err error) {
	if !slices.ContainsFunc(r.absent, func(a absence) bool { return a.name == name }) {
		log.Printf("%s: %v", name, err)
		r.absent = append(r.absent, absence{name, err.Error()})
	}
}
