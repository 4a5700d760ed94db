package check

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// read decodes a manifest. A field that its kind lacks, or that is there twice, is
// an error.
func read(t *testing.T, name string, object any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, object); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// readJob decodes a Job and checks what Kubernetes would refuse, or start in vain.
func readJob(t *testing.T, name string) (batchv1.Job, corev1.Container) {
	t.Helper()
	var job batchv1.Job
	read(t, name, &job)
	pod := job.Spec.Template.Spec
	if job.APIVersion != "batch/v1" || job.Kind != "Job" || job.Name == "" {
		t.Errorf("%s: %s %s %q, want a Job of batch/v1 with a name", name, job.APIVersion, job.Kind, job.Name)
	}
	if pod.RestartPolicy != corev1.RestartPolicyOnFailure {
		t.Errorf("%s: restart policy %q, want OnFailure", name, pod.RestartPolicy)
	}
	if len(pod.Containers) != 1 || len(pod.Volumes) != 1 {
		t.Fatalf("%s: %d containers and %d volumes, want one of each", name, len(pod.Containers), len(pod.Volumes))
	}
	c := pod.Containers[0]
	if len(c.VolumeMounts) != 1 || c.VolumeMounts[0].Name != pod.Volumes[0].Name || c.VolumeMounts[0].MountPath != c.WorkingDir {
		t.Errorf("%s: %+v, want the volume %s at %s", name, c.VolumeMounts, pod.Volumes[0].Name, c.WorkingDir)
	}
	for resource, request := range c.Resources.Requests {
		if limit := c.Resources.Limits[resource]; request.Sign() <= 0 || request.Cmp(limit) > 0 {
			t.Errorf("%s: %s: request %v, limit %v", name, resource, &request, &limit)
		}
	}
	var claim corev1.PersistentVolumeClaim
	read(t, "pvc.yaml", &claim)
	if claim.APIVersion != "v1" || claim.Kind != "PersistentVolumeClaim" || claim.Spec.Resources.Requests.Storage().Sign() <= 0 ||
		len(claim.Spec.AccessModes) != 1 || claim.Spec.AccessModes[0] != corev1.ReadWriteMany {
		t.Errorf("pvc.yaml: %+v, want a claim to a volume of many writers", claim)
	}
	if v := pod.Volumes[0].PersistentVolumeClaim; v == nil || v.ClaimName != claim.Name {
		t.Errorf("%s: %+v, want the claim %s", name, v, claim.Name)
	}
	return job, c
}

// run runs what a container would, in a folder, and returns the output of the
// command fnn of this repository.
func run(t *testing.T, fnn, folder string, c corev1.Container, env ...string) string {
	t.Helper()
	name, err := exec.LookPath(c.Command[0])
	if c.Command[0] == "fnn" {
		name, err = fnn, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, append(c.Command[1:], c.Args...)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(fnn)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	cmd.Env = append(cmd.Env, env...)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", cmd.Args, err, output)
	}
	return string(output)
}

// The shards of the manifest are a whole sweep, whatever was there before, and
// merge.yaml finds them complete.
func TestShards(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("FNN_DATA", filepath.Join(root, "data", "fashion-mnist"))
	fnn := filepath.Join(t.TempDir(), "fnn")
	build := exec.Command("go", "build", "-o", fnn, "./cmd/fnn")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	job, c := readJob(t, "sweep.yaml")
	if m := job.Spec.CompletionMode; m == nil || *m != batchv1.IndexedCompletion || job.Spec.Completions == nil || job.Spec.Parallelism == nil {
		t.Fatalf("completion mode %v, completions %v, parallelism %v", m, job.Spec.Completions, job.Spec.Parallelism)
	}
	completions := *job.Spec.Completions
	if *job.Spec.Parallelism > completions {
		t.Errorf("%d pods at a time, but %d in all", *job.Spec.Parallelism, completions)
	}
	env := []string{"THREADS=2"} // of resourceFieldRef
	for _, v := range c.Env {
		if v.ValueFrom == nil {
			env = append(env, v.Name+"="+v.Value)
		}
	}
	c.Args = []string{"-models", "1", "-lrs", "0.005,0.001,0.0005,0.0001", "-epochs", "1", "-eval-dropout=false"}
	folder := t.TempDir()
	for range 2 { // begun, and begun again
		for i := range completions {
			output := run(t, fnn, folder, c, append(env, fmt.Sprintf("JOB_COMPLETION_INDEX=%d", i))...)
			if want := "1 of 4 experiments: 1 model, 4 learning rates"; !strings.HasPrefix(output, want) {
				t.Errorf("shard %d: %s\nwant %s", i, output, want)
			}
		}
	}

	_, merge := readJob(t, "merge.yaml")
	output := run(t, fnn, folder, merge)
	if strings.Contains(output, "epoch 1/1") || !strings.Contains(output, "\n4 experiments in sweep, shown by report.html; ") {
		t.Errorf("%s", output)
	}
}
