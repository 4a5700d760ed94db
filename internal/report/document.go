package report

// A document is a page before it is written as HTML or as Markdown.
type document struct {
	title  string
	lead   text
	facts  []fact // the main ones, below the lead
	blocks []block
}

// A block is a part of a document: heading, paragraph, note, table, figure, pairs
// or code.
type block interface {
	html(w *htmlWriter)
	markdown(w *markdownWriter)
}

// A heading begins a section. Its id is unique in the document.
type heading struct {
	level int // from 2
	id    string
	text  string
	short string // in the contents, or "" for the text
}

type paragraph struct{ text text }

// A note is a paragraph about what is not as it should be.
type note struct{ text text }

// A code is text to be typed, line by line.
type code struct{ text string }

// A fact is a figure with its name.
type fact struct {
	name, value string
	remark      string // below the value, or ""
}

// A figure has its file's name without folder and extension, unique in the
// document.
type figure struct {
	name    string
	alt     string // what stands for it where it cannot be seen
	svg     []byte
	narrow  []byte // for a phone, or nil
	scrolls bool   // on a phone, rather than becoming too small to be read
}

// Pairs are names with what they stand for.
type pairs []pair

type pair struct {
	name  string
	value text
}

// A table has rows of as many cells as there are columns. The first cell of a row
// is its heading.
type table struct {
	caption text
	columns []column
	rows    []row
}

// A column's group is a heading over neighbours of the same group, or "".
type column struct {
	group, name string
	words       bool // rather than numbers
	muted       bool // beside the figures that matter
}

type row struct {
	cells  []cell
	strong bool
	apart  bool // from those above, as sums are
}

type cell struct {
	text   text
	spread string // a standard deviation, or ""
}

// A text is a line of words.
type text []span

// A span is some of a text: plain, or as its kind says.
type span struct {
	kind   spanKind
	words  string
	target string // of a link: # and the id of a heading, or a URL
}

type spanKind int

const (
	plain spanKind = iota
	strongWords
	codeWords
	linkWords
)

func strong(words string) span       { return span{kind: strongWords, words: words} }
func typed(words string) span        { return span{kind: codeWords, words: words} }
func link(target, words string) span { return span{linkWords, words, target} }

// words makes a text of strings and spans.
func words(parts ...any) text {
	var t text
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			t = append(t, span{words: p})
		case span:
			t = append(t, p)
		case text:
			t = append(t, p...)
		default:
			panic("report: neither a string nor a span nor a text")
		}
	}
	return t
}

// cells makes cells of strings, texts and spans.
func cells(parts ...any) []cell {
	var all []cell
	for _, p := range parts {
		if c, ok := p.(cell); ok {
			all = append(all, c)
		} else {
			all = append(all, cell{text: words(p)})
		}
	}
	return all
}

func (d *document) add(blocks ...block) { d.blocks = append(d.blocks, blocks...) }

// figures returns the figures of the document.
func (d *document) figures() []figure {
	var all []figure
	for _, b := range d.blocks {
		if f, ok := b.(figure); ok {
			all = append(all, f)
		}
	}
	return all
}

// headings returns the headings of the document.
func (d *document) headings() []heading {
	var all []heading
	for _, b := range d.blocks {
		if h, ok := b.(heading); ok {
			all = append(all, h)
		}
	}
	return all
}
