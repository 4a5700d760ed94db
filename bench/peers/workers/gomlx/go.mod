module fnn/bench/peers/workers/gomlx

go 1.26.5

require (
	fnn/bench/peers v0.0.0
	github.com/gomlx/compute v0.1.6
	github.com/gomlx/gomlx v0.28.4
)

require (
	fnn v0.0.0 // indirect
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/gomlx/compute-onnx v0.1.5 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	golang.org/x/exp v0.0.0-20260410095643-746e56fc9e2f // indirect
	golang.org/x/sys v0.43.0 // indirect
	k8s.io/klog/v2 v2.140.0 // indirect
)

replace (
	fnn => ../../../..
	fnn/bench/peers => ../..
)

// Some proxies do not have it; nothing here imports it.
exclude github.com/gomlx/compute-onnx v0.1.0
