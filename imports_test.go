package fnn

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports holds the direction of imports: what each package may import of
// this module, and what packages for constrained builds must not drag in.
func TestImports(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not there to ask")
	}
	small := []string{"net/http", "os/exec", "encoding/json", "crypto/tls", "plugin"}
	for _, c := range []struct {
		name      string
		ours      string // what it may import, with what that imports; "..." is all
		forbidden []string
	}{
		{"tensor", "", small},
		{"idx", "internal/atomicfile", small},
		{"safetensors", "internal/atomicfile", small},
		{"metrics", "", small},
		{"nn", "internal/atomicfile internal/metadata internal/suggest safetensors tensor", small},
		{"quantize", "internal/atomicfile internal/metadata internal/suggest nn safetensors tensor", small},
		{"onnx", "internal/atomicfile internal/metadata internal/protobuf internal/suggest nn quantize safetensors tensor", small},
		{"dataset", "idx internal/atomicfile tensor", small},
		{"train", "dataset idx internal/atomicfile internal/metadata internal/suggest metrics nn safetensors tensor", small},
		{"picture", "", small},
		{"internal/gosource", "internal/atomicfile internal/metadata internal/suggest nn quantize safetensors tensor", append(small, "go/ast", "go/parser")},
		{"examples/garment", "", append(small, "fmt", "os", "reflect", "sync", "runtime")}, // for small machines
		{"examples/small", "examples/garment", append(small, "fmt", "reflect", "net", "encoding/binary")},
		{"examples/embed", "internal/atomicfile internal/metadata internal/suggest nn picture safetensors tensor", []string{"net", "net/http", "os/exec", "crypto/tls"}},
		{"internal/download", "", []string{"net/http"}},
		{"internal/report", "dataset idx internal/atomicfile internal/experiment internal/lock internal/machine internal/metadata internal/original internal/plot internal/suggest internal/sweep metrics nn picture quantize safetensors tensor train", []string{"net/http", "text/template", "html/template"}},
		{"cmd/fnn", "...", []string{"net/http", "text/template", "html/template"}}, // they take long to compile
		{"internal/plot", "", []string{"net/http", "encoding/xml", "text/template", "html/template"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := exec.Command("go", "list", "-deps", "./"+c.name).Output()
			if err != nil {
				t.Fatalf("go list: %v", err)
			}
			for dependency := range strings.FieldsSeq(string(out)) {
				for _, forbidden := range c.forbidden {
					if dependency == forbidden {
						t.Errorf("imports %s", dependency)
					}
				}
				ours, ok := strings.CutPrefix(dependency, "fnn/")
				if ok && c.ours != "..." && ours != c.name && !strings.Contains(" "+c.ours+" ", " "+ours+" ") {
					t.Errorf("imports fnn/%s", ours)
				}
				host, _, _ := strings.Cut(dependency, "/")
				if strings.Contains(host, ".") && !strings.HasPrefix(dependency, "golang.org/x/sys/") {
					t.Errorf("imports %s, which is neither ours nor the standard library's", dependency)
				}
			}
		})
	}
}
