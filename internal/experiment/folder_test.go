package experiment

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fnn/dataset"
	"fnn/nn"
	"fnn/train"
)

func testConfig() Config {
	return Config{
		Model: "A", Architecture: "128 relu 64 relu", Initializer: nn.Normal,
		LearningRate: 0.001, Epochs: 20, Batch: 64, Seed: 1,
		Data: Data{Folder: "data", Train: 8, Validation: 2, Test: 5, Checksum: "crc32c:00000000"},
	}
}

// with returns a configuration that differs from testConfig.
func with(change func(c *Config)) Config {
	c := testConfig()
	change(&c)
	return c
}

func TestName(t *testing.T) {
	named := func(words string) Config {
		return with(func(c *Config) { c.Model, c.Architecture = "", words })
	}
	tests := []struct {
		config Config
		want   string
	}{
		{testConfig(), "A-lr0.001-seed1"},
		{with(func(c *Config) { c.LearningRate, c.Seed = 1e-5, 1<<64-1 }), "A-lr1e-05-seed18446744073709551615"},
		{with(func(c *Config) { c.Epochs, c.Batch, c.Initializer = 3, 8, nn.He }), "A-lr0.001-seed1-epochs3-batch8-he"},
		{named(""), "linear-lr0.001-seed1"},
		{with(func(c *Config) { c.Recipe.Schedule = "step:5:0.5" }), "A-lr0.001-seed1-step5x0.5"},
		{with(func(c *Config) {
			c.Recipe = train.Recipe{Schedule: "warmup:2 cosine", WeightDecay: 0.01, LabelSmoothing: 0.1, Patience: 5}
		}), "A-lr0.001-seed1-warmup2-cosine-weight-decay0.01-label-smoothing0.1-patience5"},
		{named("256 bn relu dropout:0.3"), "256-bn-relu-dropout0.3-lr0.001-seed1"},
	}
	for _, test := range tests {
		if got := test.config.Name(); got != test.want {
			t.Errorf("%+v: %s, want %s", test.config, got, test.want)
		}
	}
}

// Every name is that of a file on every system, and none is too long.
func TestNameIsAFile(t *testing.T) {
	long := strings.Repeat("65536 bn relu dropout:0.125 ", 100)
	names := map[string]string{}
	tiny := 1.2345678901234567e-300
	for i, words := range []string{"", "7", "1 28", "128", "1 2 8", "dropout:0.5", "dropout:1e-05 bn", long, long + "7", long + "8", long + "8", long + "8"} {
		c := with(func(c *Config) {
			c.Model, c.Architecture, c.Initializer = "", words, nn.Xavier
			c.LearningRate, c.Epochs, c.Batch, c.Seed = tiny, MaxCount, MaxCount-1, 1<<64-1
			c.Recipe = train.Recipe{Schedule: "warmup:1073741823 step:1073741824:1.2345678901234567e-300", WeightDecay: tiny, ClipNorm: tiny, Patience: i}
		})
		name := c.Name()
		if len(name) > 255 || !fs.ValidPath(name) || strings.ContainsAny(name, `/\:*?"<>| `) {
			t.Errorf("%.40q: %s", words, name)
		}
		if other, taken := names[name]; taken {
			t.Errorf("%.40q and %.40q are both %s", words, other, name)
		}
		names[name] = words
	}
}

func TestFashionMNIST(t *testing.T) {
	set, _, err := dataset.Load("../../data/fashion-mnist")
	if err != nil {
		t.Fatal(err)
	}
	if got := Checksum(set); got != FashionMNIST {
		t.Errorf("%s, want %s", got, FashionMNIST)
	}
}

func TestChecksum(t *testing.T) {
	pixels, labels, names := []uint8{1, 2, 3, 4}, []int{0, 1}, []string{"a", "b"}
	bytes, err := dataset.FromBytes(pixels, []int{2}, labels, names)
	if err != nil {
		t.Fatal(err)
	}
	// CRC-32C of 01 02 00 00 03 04 01 00, and of the same as little-endian float32.
	if got, want := Checksum(bytes), "crc32c:fa4c2369"; got != want {
		t.Errorf("bytes: %s, want %s", got, want)
	}
	floats, err := dataset.FromFloats([]float32{1, 2, 3, 4}, []int{2}, labels, names)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Checksum(floats), "crc32c:a43dc874"; got != want {
		t.Errorf("floats: %s, want %s", got, want)
	}
	seen := []string{Checksum(bytes), Checksum(floats)}
	for _, other := range []struct {
		pixels []uint8
		labels []int
	}{
		{[]uint8{1, 2, 3, 5}, labels}, {pixels, []int{1, 0}}, {[]uint8{3, 4, 1, 2}, labels}, {pixels, []int{1, 1}},
	} {
		set, err := dataset.FromBytes(other.pixels, []int{2}, other.labels, names)
		if err != nil {
			t.Fatal(err)
		}
		sum := Checksum(set)
		if slices.Contains(seen, sum) {
			t.Errorf("%v has the checksum of others, %s", other, sum)
		}
		seen = append(seen, sum)
	}
}

// files writes empty files to a folder.
func files(t *testing.T, f Folder, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(f.path(name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCreate(t *testing.T) {
	other := with(func(c *Config) { c.Epochs = 30 })
	tests := []struct {
		name   string
		holds  *Config
		files  []string
		create Config
		want   string // in the error
	}{
		{"nothing", nil, nil, testConfig(), ""},
		{"no results", &other, nil, testConfig(), ""},
		{"no checkpoint", ptr(testConfig()), []string{HistoryFile, ModelFile}, testConfig(), ""},
		{"a finished run", ptr(testConfig()), []string{HistoryFile, ModelFile, CheckpointFile, RecordFile, TestFile}, testConfig(), ""},
		{"a run that stopped early", ptr(with(func(c *Config) { c.Epochs, c.Recipe.Patience = 30, 2 })),
			[]string{HistoryFile, ModelFile, CheckpointFile, RecordFile}, with(func(c *Config) { c.Epochs, c.Recipe.Patience = 30, 2 }), ""},
		{"a run of another recipe", ptr(with(func(c *Config) { c.Recipe.WeightDecay = 0.01 })), []string{CheckpointFile},
			testConfig(), "holds another run (weight decay 0.01, not none)"},
		{"a finished run, evaluated otherwise", ptr(testConfig()), []string{HistoryFile, ModelFile, CheckpointFile, RecordFile},
			with(func(c *Config) { c.EvaluateDropout = true }), ""},
		{"an unfinished run, evaluated otherwise", ptr(testConfig()), []string{CheckpointFile},
			with(func(c *Config) { c.EvaluateDropout = true }), "holds this run, unfinished: take it up with -resume"},
		{"an unfinished run", ptr(testConfig()), []string{HistoryFile, ModelFile, CheckpointFile}, testConfig(), "holds this run, unfinished: take it up with -resume"},
		{"another run", &other, []string{CheckpointFile}, testConfig(), "holds another run (epochs 30, not 20): choose another folder with -out"},
		{"a model of no run", nil, []string{ModelFile}, testConfig(), "holds a model.safetensors of no run: choose another folder with -out"},
	}
	for _, test := range tests {
		f := Folder(filepath.Join(t.TempDir(), "a", "b"))
		if err := os.MkdirAll(string(f), 0o777); err != nil {
			t.Fatal(err)
		}
		if test.holds != nil {
			if err := f.writeJSON(ConfigFile, test.holds); err != nil {
				t.Fatal(err)
			}
		}
		files(t, f, test.files...)
		if f.has(RecordFile) {
			if err := f.writeJSON(RecordFile, Record{Epochs: 20, StoppedEarly: true}); err != nil {
				t.Fatal(err)
			}
		}
		err := f.create(test.create)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), string(f)) {
				t.Errorf("%s: error %v, want %s", test.name, err, test.want)
			}
			for _, name := range test.files {
				if !f.has(name) {
					t.Errorf("%s: %s is gone", test.name, name)
				}
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if c, err := f.Config(); err != nil || c != test.create {
			t.Errorf("%s: %+v, %v", test.name, c, err)
		}
		if f.has(TestFile) || f.has(RecordFile) {
			t.Errorf("%s: the results of the last test, or its record, are still there", test.name)
		}
		if test.holds != nil && test.holds.EvaluateDropout != test.create.EvaluateDropout && f.has(CheckpointFile) {
			t.Errorf("%s: the checkpoint of the other way is still there", test.name)
		}
	}
}

func ptr(c Config) *Config { return &c }

func TestDiffers(t *testing.T) {
	tests := []struct {
		other Config
		want  string
	}{
		{testConfig(), ""},
		{with(func(c *Config) { c.Data.Folder, c.Model = "elsewhere", "Z" }), ""},
		{with(func(c *Config) { c.Architecture = "" }), "architecture 128 relu 64 relu, not "},
		{with(func(c *Config) { c.Initializer = nn.He }), "initializer normal, not he"},
		{with(func(c *Config) { c.LearningRate = 0.01 }), "learning rate 0.001, not 0.01"},
		{with(func(c *Config) { c.Epochs = 2 }), "epochs 20, not 2"},
		{with(func(c *Config) { c.Batch = 2 }), "batch 64, not 2"},
		{with(func(c *Config) { c.Seed = 2 }), "seed 1, not 2"},
		{with(func(c *Config) { c.Recipe.Schedule = "cosine" }), "schedule none, not cosine"},
		{with(func(c *Config) { c.Recipe.WeightDecay = 2 }), "weight decay none, not 2"},
		{with(func(c *Config) { c.Recipe.ClipNorm = 2 }), "clip norm none, not 2"},
		{with(func(c *Config) { c.Recipe.LabelSmoothing = 0.2 }), "label smoothing none, not 0.2"},
		{with(func(c *Config) { c.Recipe.Patience = 2 }), "patience none, not 2"},
		{with(func(c *Config) { c.Data.Checksum = "x" }), "data crc32c:00000000, not x"},
	}
	for _, test := range tests {
		if got := testConfig().Differs(test.other); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestCreateFails(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	files(t, Folder(dir), "file")
	for _, f := range []Folder{Folder(file), Folder(filepath.Join(file, "below"))} {
		if _, err := f.lock(); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: error %v", f, err)
		}
		if err := f.create(testConfig()); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: error %v", f, err)
		}
	}
}

func TestLengthen(t *testing.T) {
	f := Folder(t.TempDir())
	files(t, f, ModelFile, TestFile)
	longer := with(func(c *Config) { c.Epochs = 40 })
	if err := f.lengthen(longer); err != nil {
		t.Fatal(err)
	}
	if c, err := f.Config(); err != nil || c != longer {
		t.Errorf("%+v, %v", c, err)
	}
	if f.has(TestFile) || !f.has(ModelFile) {
		t.Error("a longer run has the model, but not yet the test, of the shorter")
	}
	if err := Folder(filepath.Join(string(f), "nowhere")).lengthen(longer); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestConfigRefuses(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{"", "", "unexpected end of JSON input"},
		{"{", "[", "invalid character"},
		{`"epochs": 20`, `"epochs": "20"`, "cannot unmarshal string"},
		{`"epochs": 20`, `"epochs": 0`, "epochs 0: want a whole number from 1 to 1073741824"},
		{`"epochs": 20`, `"epochs": -1`, "epochs -1: want"},
		{`"epochs": 20`, `"epochs": 1073741825`, "epochs 1073741825: want"},
		{`"epochs": 20`, `"epochs": 1e30`, "cannot unmarshal number"},
		{`"batch": 64`, `"batch": 0`, "batch 0: want a whole number from 1 to 1073741824"},
		{`"batch": 64`, `"batch": 1073741825`, "batch 1073741825: want"},
		{`"seed": 1`, `"seed": -1`, "cannot unmarshal number -1"},
		{`"learning_rate": 0.001`, `"learning_rate": 0`, "learning_rate 0: want a number from 1e-45 to 3e+38"},
		{`"learning_rate": 0.001`, `"learning_rate": 1e-46`, "learning_rate 1e-46: want"},
		{`"learning_rate": 0.001`, `"learning_rate": 1e39`, "learning_rate 1e+39: want"},
		{`"128 relu 64 relu"`, `"128 relo"`, `word 2, "relo"`},
		{`"128 relu 64 relu"`, `"4 relu"`, `model "A": want the name of architecture "4 relu", or none`},
		{`"A"`, `"B"`, `model "B": want the name of architecture "128 relu 64 relu", or none`},
		{`"normal"`, `""`, `initializer "": want one of [normal he xavier]`},
		{`"crc32c:00000000"`, `""`, "data: no checksum"},
		{`"data": {`, `"recipe": {"schedule": "linear"}, "data": {`, `recipe: schedule "linear": want constant`},
		{`"data": {`, `"recipe": {"schedule": "warmup:20"}, "data": {`, "a warm-up of 20 epochs of 20: want fewer"},
		{`"data": {`, `"recipe": {"weight_decay": -1}, "data": {`, "recipe: weight decay -1: want"},
		{`"data": {`, `"recipe": {"clip_norm": 1e39}, "data": {`, "recipe: clip norm 1e+39: want"},
		{`"data": {`, `"recipe": {"label_smoothing": 1}, "data": {`, "recipe: label smoothing 1: want"},
		{`"data": {`, `"recipe": {"patience": -1}, "data": {`, "recipe: patience of -1 epochs: want"},
		{`"data": {`, `"recipe": {"patience": 1.5}, "data": {`, "cannot unmarshal number 1.5"},
		{"}", strings.Repeat(" ", maxJSON) + "}", "want a file of at most 16777216 bytes"},
	}
	f := Folder(t.TempDir())
	if err := f.writeJSON(ConfigFile, testConfig()); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(f.path(ConfigFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		text := strings.Replace(string(good), test.old, test.new, 1)
		if test.old == "" {
			text = ""
		}
		if err := os.WriteFile(f.path(ConfigFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := f.Config()
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), f.path(ConfigFile)+": ") {
			t.Errorf("%.60q: error %v, want %s", test.new, err, test.want)
		}
		if err := f.create(testConfig()); err == nil {
			t.Errorf("%.60q: a file that is no configuration is overwritten", test.new)
		}
	}
	if err := os.Remove(f.path(ConfigFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Config(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.Mkdir(f.path(ConfigFile), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Config(); err == nil {
		t.Error("a folder is read as a configuration")
	}
}

// FuzzConfig checks that a configuration that is read is written and read the same,
// and that a folder can have its name.
func FuzzConfig(f *testing.F) {
	text, err := json.Marshal(testConfig())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"architecture":"8 bn relu","initializer":"he","learning_rate":1e-9,"epochs":9,"batch":1,"seed":18446744073709551615,
		"recipe":{"schedule":"warmup:2 step:3:0.5","weight_decay":0.1,"patience":2},"evaluate_dropout":true,"data":{"checksum":"x"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c, again Config
		if json.Unmarshal(text, &c) != nil || c.Check() != nil {
			return
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || again != c || again.Check() != nil {
			t.Errorf("%s is read as %+v, %v", written, again, err)
		}
		if d := c.Differs(again); d != "" {
			t.Errorf("it differs from itself: %s", d)
		}
		architecture, err := nn.ParseArchitecture(c.Architecture)
		if err != nil {
			t.Fatal(err)
		}
		name := NewConfig(architecture, c.Training()).Name()
		if len(name) > 255 || !filepath.IsLocal(name) || filepath.Base(name) != name {
			t.Errorf("its folder is %q", name)
		}
	})
}
