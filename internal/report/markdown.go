package report

import (
	"bytes"
	"path"
	"strings"
)

// figureFolder is the folder beside the pages that holds the figures.
const figureFolder = "figures"

// file returns the name of a figure's file, from the page's folder.
func (f figure) file() string { return path.Join(figureFolder, f.name+".svg") }

// markdown returns the document as a page of GitHub Flavored Markdown
// (https://github.github.com/gfm/), with figures as files.
func (d *document) markdown() []byte {
	w := &markdownWriter{}
	w.raw("# ")
	w.text(d.title)
	w.raw("\n\n")
	paragraph{d.lead}.markdown(w)
	if len(d.facts) > 0 {
		var p pairs
		for _, f := range d.facts {
			value := words(strong(f.value))
			if f.remark != "" {
				value = words(value, ", "+f.remark)
			}
			p = append(p, pair{f.name, value})
		}
		p.markdown(w)
	}
	w.contents(d.headings())
	for _, b := range d.blocks {
		b.markdown(w)
	}
	return append(bytes.TrimRight(w.Bytes(), "\n"), '\n')
}

// A markdownWriter writes Markdown. Text from outside goes through its method
// text.
type markdownWriter struct{ bytes.Buffer }

func (w *markdownWriter) raw(markup string) { w.WriteString(markup) }

var markdownEscaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"<", `\<`, ">", `\>`, "|", `\|`, "~", `\~`, "#", `\#`, "&", `\&`, "$", `\$`)

func (w *markdownWriter) text(s string) { markdownEscaper.WriteString(w, clean(s)) }

func (w *markdownWriter) spans(t text) {
	for _, s := range t {
		switch s.kind {
		case strongWords:
			w.strong(words(s.words))
		case codeWords:
			w.code(s.words)
		case linkWords:
			w.raw("[")
			w.text(s.words)
			w.raw("](" + s.target + ")")
		default:
			w.text(s.words)
		}
	}
}

func (w *markdownWriter) strong(t text) {
	w.raw("**")
	w.spans(t)
	w.raw("**")
}

// code writes a code span, between more backticks than the words have in a row. A
// bar would end a table's cell even there, so that words with one are plain.
func (w *markdownWriter) code(words string) {
	words = clean(words)
	if words == "" || strings.ContainsAny(words, "`|") {
		w.text(words)
		return
	}
	w.raw("`" + words + "`")
}

// contents writes the list of the headings, those of lower levels within.
func (w *markdownWriter) contents(headings []heading) {
	for _, h := range headings {
		w.raw(strings.Repeat("  ", h.level-2) + "- ")
		w.spans(words(link("#"+h.id, h.inContents())))
		w.raw("\n")
	}
	w.raw("\n")
}

// markdown writes an anchor of the id before the heading: those that code hosts
// make of headings differ from one to the next.
func (h heading) markdown(w *markdownWriter) {
	w.raw(`<a id="`)
	htmlEscaper.WriteString(w, h.id)
	w.raw("\"></a>\n\n" + strings.Repeat("#", h.level) + " ")
	w.text(h.text)
	w.raw("\n\n")
}

func (p paragraph) markdown(w *markdownWriter) {
	w.spans(p.text)
	w.raw("\n\n")
}

func (n note) markdown(w *markdownWriter) {
	w.raw("> ")
	paragraph(n).markdown(w)
}

func (p pairs) markdown(w *markdownWriter) {
	t := table{columns: []column{{words: true}, {words: true}}}
	for _, x := range p {
		t.rows = append(t.rows, row{cells: cells(x.name, x.value)})
	}
	t.markdown(w)
}

func (c code) markdown(w *markdownWriter) {
	for line := range strings.Lines(c.text) {
		w.raw("    " + clean(strings.TrimSuffix(line, "\n")) + "\n")
	}
	w.raw("\n")
}

func (f figure) markdown(w *markdownWriter) {
	w.raw("![")
	w.text(f.alt)
	w.raw("](" + f.file() + ")\n\n")
}

func (t table) markdown(w *markdownWriter) {
	if len(t.caption) > 0 {
		paragraph{t.caption}.markdown(w)
	}
	w.raw("|")
	for _, c := range t.columns {
		name := c.name
		if c.group != "" {
			name = c.group + ": " + name
		}
		w.raw(" ")
		w.text(name)
		w.raw(" |")
	}
	w.raw("\n|")
	for _, c := range t.columns {
		if c.words {
			w.raw("---|")
		} else {
			w.raw("--:|")
		}
	}
	w.raw("\n")
	for _, r := range t.rows {
		w.raw("|")
		for _, c := range r.cells {
			w.raw(" ")
			if c.spread != "" {
				c.text = words(c.text, " ± "+c.spread)
			}
			if r.strong && len(c.text) > 0 {
				w.strong(c.text)
			} else {
				w.spans(c.text)
			}
			w.raw(" |")
		}
		w.raw("\n")
	}
	w.raw("\n")
}
