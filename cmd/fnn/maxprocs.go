//go:build go1.25

// GOMAXPROCS heeds the limit of a container, and its changes, as it does by itself in
// a module whose go.mod says 1.25 or later. Go 1.24 has no such settings.

//go:debug containermaxprocs=1
//go:debug updatemaxprocs=1

package main
