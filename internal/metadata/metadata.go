// Package metadata is what the file of a model says of it besides the tensors: the
// texts under "__metadata__" of a safetensors file (docs/formats.md).
package metadata

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
)

// The keys, and the version of what they mean. The metadata of an ONNX file share some.
const (
	KeyVersion      = "fnn_version"
	KeyQuantization = "quantization"
	KeyArchitecture = "architecture"
	keyInputs       = "inputs"
	KeyClasses      = "classes" // the names, a line each
	KeyScale        = "input_scale"

	Version = "1"
)

// The keys in Info of the size in pixels of the pictures that a model learned from.
const (
	KeyHeight = "image_height"
	KeyWidth  = "image_width"
)

// MaxClasses is the greatest number of classes of a model, so that a hostile file
// costs no memory.
const MaxClasses = 1 << 12

// Metadata tells of a model.
type Metadata struct {
	Quantization string // the type of the weights, if they are quantised
	Architecture string // in words
	Inputs       int
	ClassNames   []string
	InputScale   float32           // 0 if there is none
	Info         map[string]string // whatever else there is
}

// Texts returns the metadata as Parse reads them. The errors are those of CheckNames
// and CheckScale.
func (m Metadata) Texts(classes int) (map[string]string, error) {
	if err := cmp.Or(CheckNames(m.ClassNames, classes), CheckScale(m.InputScale)); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	maps.Copy(texts, m.Info)
	delete(texts, KeyQuantization)
	if m.Quantization != "" {
		texts[KeyQuantization] = m.Quantization
	}
	texts[KeyVersion] = Version
	texts[KeyArchitecture] = m.Architecture
	texts[keyInputs] = strconv.Itoa(m.Inputs)
	texts[KeyClasses] = strings.Join(m.ClassNames, "\n")
	SetScale(texts, m.InputScale)
	return texts, nil
}

// CheckNames returns an error unless the classes have a name each, of one line.
func CheckNames(names []string, classes int) error {
	if len(names) != classes {
		return fmt.Errorf("%d class names for %d classes", len(names), classes)
	}
	for i, name := range names {
		if strings.Contains(name, "\n") {
			return fmt.Errorf("the name of class %d, %q, has more than one line", i, Shortened(name))
		}
	}
	return nil
}

// CheckScale returns an error unless the scale of a model's inputs is a number above 0,
// or 0 for none.
func CheckScale(scale float32) error {
	if !(scale >= 0 && scale <= math.MaxFloat32) {
		return fmt.Errorf("inputs scaled by %g: want a number above 0, or 0 for none", scale)
	}
	return nil
}

// Parse returns the metadata that a file's texts hold. Inputs is above 0, InputScale
// is as CheckScale wants it, and there is a name at least. Texts that are none of a
// model, of any version, give an error that wraps notModel.
func Parse(texts map[string]string, notModel error) (Metadata, error) {
	m := Metadata{Quantization: texts[KeyQuantization], Architecture: texts[KeyArchitecture]}
	v := texts[KeyVersion]
	known, _ := strconv.Atoi(Version)
	if number, err := strconv.Atoi(v); err == nil && number > known {
		return m, fmt.Errorf("a model of a newer version of fnn: its metadata has %s %q, want %q", KeyVersion, Shortened(v), Version)
	}
	if v != Version {
		return m, fmt.Errorf("%w: its metadata has %s %q, want %q", notModel, KeyVersion, Shortened(v), Version)
	}
	var err error
	if m.Inputs, err = strconv.Atoi(texts[keyInputs]); err != nil || m.Inputs < 1 {
		return m, fmt.Errorf("its metadata has %s %q: want a number above 0", keyInputs, Shortened(texts[keyInputs]))
	}
	if m.InputScale, err = ParseScale(texts); err != nil {
		return m, err
	}
	if classes := 1 + strings.Count(texts[KeyClasses], "\n"); classes > MaxClasses {
		return m, fmt.Errorf("%d classes: want at most %d", classes, MaxClasses)
	}
	m.ClassNames = strings.Split(texts[KeyClasses], "\n")
	m.Info = maps.Clone(texts)
	for _, key := range []string{KeyVersion, KeyQuantization, KeyArchitecture, keyInputs, KeyClasses, KeyScale} {
		delete(m.Info, key)
	}
	return m, nil
}

// SetScale puts an input scaling into a file's texts, or takes it out if it is 0.
func SetScale(texts map[string]string, scale float32) {
	delete(texts, KeyScale)
	if scale != 0 {
		texts[KeyScale] = strconv.FormatFloat(float64(scale), 'g', -1, 32)
	}
}

// ParseScale returns the input scaling that a file's texts hold, or 0 if they hold
// none.
func ParseScale(texts map[string]string) (float32, error) {
	text, ok := texts[KeyScale]
	if !ok {
		return 0, nil
	}
	scale, err := strconv.ParseFloat(text, 32)
	if err != nil || scale == 0 || CheckScale(float32(scale)) != nil {
		return 0, fmt.Errorf("its metadata has %s %q: want a number above 0", KeyScale, Shortened(text))
	}
	return float32(scale), nil
}

// Shortened returns a text from a file, cut to what fits a message.
func Shortened(text string) string {
	const most = 100
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}
