//go:build purego || !amd64

package tensor

// run computes the product with a kernel. All of them take the portable one.
func (p *int8Product) run(*kernel) { p.runPortable() }
