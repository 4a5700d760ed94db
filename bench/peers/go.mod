module fnn/bench/peers

go 1.24.0

require (
	fnn v0.0.0
	github.com/patrikeh/go-deep v0.0.0-20230427173908-a2775168ab3d
	gonum.org/v1/gonum v0.17.0
)

require golang.org/x/sys v0.41.0 // indirect

replace fnn => ../..
