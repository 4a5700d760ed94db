package plot

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
)

// A box is what an element covers.
type box struct {
	what                     string
	left, top, right, bottom float64
}

func (b box) overlaps(o box) bool {
	const touching = 0.02 // of rounding
	return min(b.right, o.right)-max(b.left, o.left) > touching && min(b.bottom, o.bottom)-max(b.top, o.top) > touching
}

func (b box) within(o box) bool {
	const touching = 0.02
	return b.left >= o.left-touching && b.right <= o.right+touching && b.top >= o.top-touching && b.bottom <= o.bottom+touching
}

// An element is one of a document with what it inherits.
type element struct {
	name       string
	attributes map[string]string
	text       string
}

// number returns an attribute, which must be a number.
func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.attributes[name], 64)
	if _, ok := finite(v); err != nil || !ok {
		t.Errorf("%s: %s=%q is not a number", e.name, name, e.attributes[name])
	}
	return v
}

// parse returns the elements of a document.
func parse(t *testing.T, svg []byte) []*element {
	t.Helper()
	inherited := []string{"font-size", "font-weight", "text-anchor"}
	var elements, open []*element
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return elements
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attributes: map[string]string{}}
			if len(open) > 0 {
				for _, name := range inherited {
					e.attributes[name] = open[len(open)-1].attributes[name]
				}
			}
			own := map[string]bool{}
			for _, a := range token.Attr {
				if own[a.Name.Local] {
					t.Errorf("%s has %s twice", e.name, a.Name.Local)
				}
				own[a.Name.Local] = true
				e.attributes[a.Name.Local] = a.Value
			}
			elements, open = append(elements, e), append(open, e)
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// textBox returns what a text covers.
func (e element) textBox(t *testing.T) box {
	size := e.number(t, "font-size")
	width := textWidth(e.text, size, e.attributes["font-weight"] == "600")
	left, y := e.number(t, "x"), e.number(t, "y")
	switch e.attributes["text-anchor"] {
	case "middle":
		left -= width / 2
	case "end":
		left -= width
	case "start":
	default:
		t.Errorf("text %q is anchored nowhere", e.text)
	}
	return box{fmt.Sprintf("text %q", e.text), left, y - ascent*size, left + width, y + descent*size}
}

// shape returns what an element other than a text covers.
func (e element) shape(t *testing.T) (b box, ok bool) {
	b = box{what: e.name}
	switch e.name {
	case "rect", "image":
		b.left, b.top = e.number(t, "x"), e.number(t, "y")
		width, height := e.number(t, "width"), e.number(t, "height")
		if width < 0 || height < 0 {
			t.Errorf("%s of %v x %v", e.name, width, height)
		}
		b.right, b.bottom = b.left+width, b.top+height
	case "circle":
		x, y, r := e.number(t, "cx"), e.number(t, "cy"), e.number(t, "r")
		b.left, b.top, b.right, b.bottom = x-r, y-r, x+r, y+r
	case "line":
		x1, y1, x2, y2 := e.number(t, "x1"), e.number(t, "y1"), e.number(t, "x2"), e.number(t, "y2")
		b.left, b.top, b.right, b.bottom = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
	case "path":
		var xs, ys extent
		for i, field := range strings.Fields(strings.NewReplacer("M", " ", "L", " ", "Z", " ").Replace(e.attributes["d"])) {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				t.Errorf("path: %v", err)
			}
			if i%2 == 0 {
				xs.add(v)
			} else {
				ys.add(v)
			}
		}
		b.left, b.top, b.right, b.bottom = xs.low, ys.low, xs.high, ys.high
	default:
		return box{}, false
	}
	return b, true
}

// check holds what every figure must keep: it is well-formed, has a role, a
// title and a description, all of it is inside the view and no text covers
// another.
func check(t *testing.T, svg []byte) {
	t.Helper()
	elements := parse(t, svg)
	root := elements[0]
	if root.name != "svg" || root.attributes["role"] != "img" || root.attributes["class"] != "plot" {
		t.Errorf("root %s %v", root.name, root.attributes)
	}
	width, height := root.number(t, "width"), root.number(t, "height")
	if want := fmt.Sprintf("0 0 %v %v", width, height); root.attributes["viewBox"] != want || width <= 0 || height <= 0 {
		t.Errorf("viewBox %q, want %q", root.attributes["viewBox"], want)
	}
	if elements[1].name != "title" || elements[1].text == "" || elements[2].name != "desc" || elements[2].text == "" {
		t.Errorf("no title and description: %v, %v", elements[1], elements[2])
	}
	view := box{"the view", 0, 0, width, height}
	var texts []box
	for _, e := range elements {
		if e.attributes["id"] != "" {
			t.Errorf("%s has an id, %s", e.name, e.attributes["id"])
		}
		if strings.Contains(e.attributes["style"]+e.attributes["fill"], "NaN") {
			t.Errorf("%s %v", e.name, e.attributes)
		}
		b, ok := e.shape(t)
		if e.name == "text" {
			b, ok = e.textBox(t), true
			for _, o := range texts {
				if b.overlaps(o) {
					t.Errorf("%s covers %s: %v, %v", b.what, o.what, b, o)
				}
			}
			texts = append(texts, b)
		}
		if ok && !b.within(view) {
			t.Errorf("%s is outside of the %v x %v view: %v", b.what, width, height, b)
		}
	}
}
