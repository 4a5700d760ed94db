package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed style.css
var style string

// html returns the document as a page of HTML that needs no other file.
func (d *document) html() []byte {
	w := &htmlWriter{}
	w.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
	w.raw(`<meta name="viewport" content="width=device-width, initial-scale=1" />` + "\n<title>")
	w.text(d.title)
	w.raw("</title>\n<link rel=\"icon\" href=\"data:,\" />\n<style>\n" + style + "</style>\n</head>\n<body>\n<header>\n<h1>")
	w.text(d.title)
	w.raw("</h1>\n<p class=\"lead\">")
	w.spans(d.lead)
	w.raw("</p>\n")
	w.facts(d.facts)
	w.raw("</header>\n")
	w.contents(d.headings())
	w.raw("<main>\n")
	for _, b := range d.blocks {
		b.html(w)
	}
	w.section(1)
	w.raw("</main>\n</body>\n</html>\n")
	return w.Bytes()
}

// An htmlWriter writes HTML. Text from outside goes through its method text.
type htmlWriter struct {
	bytes.Buffer
	open []int // levels of the headings whose sections are open
}

func (w *htmlWriter) raw(markup string) { w.WriteString(markup) }

func (w *htmlWriter) rawf(format string, args ...any) { fmt.Fprintf(w, format, args...) }

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func (w *htmlWriter) text(s string) { htmlEscaper.WriteString(w, clean(s)) }

// clean returns text, perhaps from a file, without what does not print.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsPrint(r), r == space:
			return r
		}
		return utf8.RuneError
	}, s)
}

func (w *htmlWriter) spans(t text) {
	for _, s := range t {
		switch s.kind {
		case strongWords:
			w.element("strong", s.words)
		case codeWords:
			w.element("code", s.words)
		case linkWords:
			w.raw(`<a href="`)
			w.text(s.target)
			w.raw(`">`)
			w.text(s.words)
			w.raw("</a>")
		default:
			w.text(s.words)
		}
	}
}

func (w *htmlWriter) element(name, words string) {
	w.raw("<" + name + ">")
	w.text(words)
	w.raw("</" + name + ">")
}

func (w *htmlWriter) facts(facts []fact) {
	if len(facts) == 0 {
		return
	}
	w.raw("<dl class=\"facts\">\n")
	for _, f := range facts {
		w.raw("<div>")
		w.element("dt", f.name)
		w.raw("<dd>")
		w.text(f.value)
		if f.remark != "" {
			w.raw(" ")
			w.element("small", f.remark)
		}
		w.raw("</dd></div>\n")
	}
	w.raw("</dl>\n")
}

// contents writes the list of the headings, those of lower levels within.
func (w *htmlWriter) contents(headings []heading) {
	if len(headings) == 0 {
		return
	}
	w.raw("<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n")
	level := 1
	for _, h := range headings {
		for ; level < h.level; level++ {
			w.raw("<ol>\n<li>")
		}
		if h.level < level {
			for ; h.level < level; level-- {
				w.raw("</li>\n</ol>\n")
			}
			w.raw("</li>\n<li>")
		} else if !bytes.HasSuffix(w.Bytes(), []byte("<ol>\n<li>")) {
			w.raw("</li>\n<li>")
		}
		w.spans(words(link("#"+h.id, h.inContents())))
	}
	for ; level > 1; level-- {
		w.raw("</li>\n</ol>\n")
	}
	w.raw("</nav>\n")
}

func (h heading) inContents() string {
	if h.short != "" {
		return h.short
	}
	return h.text
}

// section closes the sections of a level and below.
func (w *htmlWriter) section(level int) {
	for n := len(w.open); n > 0 && w.open[n-1] >= level; n-- {
		w.raw("</section>\n")
		w.open = w.open[:n-1]
	}
}

func (h heading) html(w *htmlWriter) {
	w.section(h.level)
	w.open = append(w.open, h.level)
	w.rawf("<section class=\"level%d\" id=\"", h.level)
	w.text(h.id)
	w.rawf("\">\n<h%d>", h.level)
	w.text(h.text)
	w.rawf("</h%d>\n", h.level)
}

func (p paragraph) html(w *htmlWriter) {
	w.raw("<p>")
	w.spans(p.text)
	w.raw("</p>\n")
}

func (n note) html(w *htmlWriter) {
	w.raw("<p class=\"note\">")
	w.spans(n.text)
	w.raw("</p>\n")
}

func (p pairs) html(w *htmlWriter) {
	w.raw("<dl class=\"pairs\">\n")
	for _, x := range p {
		w.element("dt", x.name)
		w.raw("<dd>")
		w.spans(x.value)
		w.raw("</dd>\n")
	}
	w.raw("</dl>\n")
}

func (c code) html(w *htmlWriter) {
	w.raw("<pre><code>")
	for line := range strings.Lines(c.text) {
		w.text(strings.TrimSuffix(line, "\n"))
		w.raw("\n")
	}
	w.raw("</code></pre>\n")
}

func (f figure) html(w *htmlWriter) {
	class := "figure"
	if f.scrolls {
		class += " scrolls"
	}
	w.raw("<figure>\n<div class=\"" + class + "\"")
	if f.scrolls {
		w.raw(` tabindex="0"`)
	}
	w.raw(">")
	if f.narrow == nil {
		w.Write(f.svg)
	} else {
		w.raw(`<div class="wide">`)
		w.Write(f.svg)
		w.raw(`</div><div class="narrow">`)
		w.Write(f.narrow)
		w.raw("</div>")
	}
	w.raw("</div>\n</figure>\n")
}

func (t table) html(w *htmlWriter) {
	w.raw("<figure>\n")
	if len(t.caption) > 0 {
		w.raw("<figcaption>")
		w.spans(t.caption)
		w.raw("</figcaption>\n")
	}
	w.raw("<div class=\"scrolls\" tabindex=\"0\">\n<table>\n<thead>\n")
	t.groups(w)
	w.raw("<tr>")
	for i, c := range t.columns {
		w.rawf("<th scope=\"col\"%s>", t.class(i))
		w.text(c.name)
		w.raw("</th>")
	}
	w.raw("</tr>\n</thead>\n<tbody>\n")
	for _, r := range t.rows {
		w.raw("<tr" + r.class() + ">")
		for i, c := range r.cells {
			name := "td"
			if i == 0 {
				name = `th scope="row"`
			}
			w.rawf("<%s%s>", name, t.class(i))
			w.spans(c.text)
			if c.spread != "" {
				w.raw(" ")
				w.element("small", "± "+c.spread)
			}
			w.raw("</" + name[:2] + ">")
		}
		w.raw("</tr>\n")
	}
	w.raw("</tbody>\n</table>\n</div>\n</figure>\n")
}

// groups writes the row of the columns' groups, if there are any.
func (t table) groups(w *htmlWriter) {
	some := false
	for _, c := range t.columns {
		some = some || c.group != ""
	}
	if !some {
		return
	}
	w.raw("<tr class=\"groups\">")
	for i := 0; i < len(t.columns); {
		n := 1
		for i+n < len(t.columns) && t.columns[i+n].group == t.columns[i].group {
			n++
		}
		if group := t.columns[i].group; group == "" {
			w.rawf("<td colspan=\"%d\"></td>", n)
		} else {
			w.rawf("<th scope=\"colgroup\" colspan=\"%d\" class=\"first\">", n)
			w.text(group)
			w.raw("</th>")
		}
		i += n
	}
	w.raw("</tr>\n")
}

// class returns the class attribute of the cells of a column.
func (t table) class(i int) string {
	var classes []string
	c := t.columns[i]
	if c.words {
		classes = append(classes, "words")
	}
	if c.muted {
		classes = append(classes, "muted")
	}
	if c.group != "" && t.columns[i-1].group != c.group {
		classes = append(classes, "first")
	}
	return classAttribute(classes)
}

func (r row) class() string {
	var classes []string
	if r.strong {
		classes = append(classes, "strong")
	}
	if r.apart {
		classes = append(classes, "apart")
	}
	return classAttribute(classes)
}

func classAttribute(classes []string) string {
	if len(classes) == 0 {
		return ""
	}
	return ` class="` + strings.Join(classes, " ") + `"`
}
