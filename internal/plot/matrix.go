package plot

import (
	"math"
	"slices"
	"strconv"
)

// A cell of a matrix.
type cell struct {
	filled      bool    // whether it has a colour
	share       float64 // where its colour is on the ramp, from 0 to 1
	text, small string  // in two lines
}

// shade returns the shade of a filled cell.
func (c cell) shade() shade { return shadeOf(c.share) }

// A matrix is a table of coloured cells with its headings and the scale of the
// colours.
type matrix struct {
	rowLabel, columnLabel string
	rows, columns         []string
	cells                 []cell // (rows, columns), row-major
	outlined              [][2]int

	valueLabel string
	low, high  float64 // the values at the ends of the ramp
	ticks      []tick
	share      func(float64) float64 // bends the ramp, with ends at 0 and 1; nil for straight
}

const (
	smallSize    = 10.0 // of a font
	labelGap     = 8.0  // between the names of the rows and the cells
	mostLabelled = 16   // columns with names, and with text in their cells
	plainCell    = 19.0 // a side of a cell without text
	maxRowName   = 150.0
	maxColumn    = 96.0
	lineHeight   = 14.0
)

// A table is the layout of a matrix.
type table struct {
	labelled      bool
	left, top     float64 // of the cells
	width, height float64 // of a cell
}

// cell returns the corner of a cell.
func (t table) cell(row, column int) (x, y float64) {
	return t.left + float64(float64(column)*t.width), t.top + float64(float64(row)*t.height)
}

// draw returns the figure.
func (m matrix) draw(title, subtitle, description string) []byte {
	c := &canvas{}
	if len(m.cells) == 0 {
		return c.empty(title, subtitle, "values")
	}
	t := table{labelled: len(m.columns) <= mostLabelled}
	t.width, t.height = m.cellSize(t.labelled)
	rows := m.rowNames(t.labelled)
	names := max(widest(rows, textSize, false), textWidth(m.rowLabel, textSize, false))
	t.left = margin + math.Ceil(min(names, maxRowName)) + labelGap
	right, _ := t.cell(0, len(m.columns))
	width := max(right, t.left+barWidth+barOverhang) + margin

	t.top = c.heading(title, subtitle, width)
	t.top = m.drawColumnNames(c, t)
	m.drawRowNames(c, t, rows)
	m.drawCells(c, t)
	_, bottom := t.cell(len(m.rows), 0)
	bottom = m.drawBar(c, t.left, bottom+16, width-margin-t.left)
	return c.document(title, description, width, bottom+margin)
}

// cellSize returns a size in which the texts and most names fit.
func (m matrix) cellSize(labelled bool) (width, height float64) {
	if !labelled {
		return plainCell, plainCell
	}
	width = 52
	for _, name := range m.columns {
		width = max(width, widest(words(name), tickSize, false)+6)
	}
	width = min(width, maxColumn)
	height = 26
	for _, c := range m.cells {
		width = max(width, textWidth(c.text, textSize, false)+10, textWidth(c.small, smallSize, false)+10)
		if c.small != "" {
			height = 38
		}
	}
	return math.Ceil(width), height
}

// rowNames returns the names of the rows, with their numbers where only numbers
// fit over the columns.
func (m matrix) rowNames(labelled bool) []string {
	if labelled || !slices.Equal(m.rows, m.columns) {
		return m.rows
	}
	names := make([]string, len(m.rows))
	for i, name := range m.rows {
		number := " " + strconv.Itoa(i)
		names[i] = cut(name, textSize, false, maxRowName-textWidth(number, textSize, false)) + number
	}
	return names
}

// drawColumnNames writes the columns' names, or numbers, below t.top and
// returns where the cells begin.
func (m matrix) drawColumnNames(c *canvas, t table) (top float64) {
	right, y := t.cell(0, len(m.columns))
	if m.columnLabel != "" {
		label := cut(m.columnLabel, textSize, false, max(right-t.left, barWidth))
		x := max((t.left+right-textWidth(label, textSize, false))/2, t.left)
		c.labels(muted, textSize, "start")
		c.text(x, y+textSize, label)
		c.close("g")
		y += textSize + 6
	}
	names := make([][]string, len(m.columns))
	lines := 1
	every := 1
	if len(m.columns) > 100 {
		every = 10
	}
	for j := range names {
		switch {
		case t.labelled:
			names[j] = wrap(m.columns[j], tickSize, false, t.width-4, 3)
		case j%every == 0:
			names[j] = []string{strconv.Itoa(j)}
		}
		lines = max(lines, len(names[j]))
	}
	y += float64(float64(lines) * lineHeight)
	c.labels(ink, tickSize, "middle")
	for j, lines := range names {
		x, _ := t.cell(0, j)
		for i, line := range lines {
			c.text(x+t.width/2, y-3-float64(float64(len(lines)-1-i)*lineHeight), line)
		}
	}
	c.close("g")
	return math.Ceil(y + 3)
}

// drawRowNames writes the names left of the rows, and above them what they are.
func (m matrix) drawRowNames(c *canvas, t table, names []string) {
	x := t.left - labelGap
	room := x - margin
	if m.rowLabel != "" {
		c.labels(muted, textSize, "end")
		c.text(x, t.top-6, cut(m.rowLabel, textSize, false, room))
		c.close("g")
	}
	c.labels(ink, textSize, "end")
	for i, name := range names {
		_, y := t.cell(i, 0)
		c.text(x, y+t.height/2+textSize*middle, cut(name, textSize, false, room))
	}
	c.close("g")
}

// drawCells draws the cells with their texts.
func (m matrix) drawCells(c *canvas, t table) {
	gap := 1.0
	if !t.labelled {
		gap = 0
		right, bottom := t.cell(len(m.rows), len(m.columns))
		c.rect(t.left, t.top, right-t.left, bottom-t.top, shadeOf(0).fill()...)
	}
	for i, cell := range m.cells {
		x, y := t.cell(i/len(m.columns), i%len(m.columns))
		switch {
		case cell.filled && (t.labelled || cell.share > 0):
			c.rect(x, y, t.width-gap, t.height-gap, cell.shade().fill()...)
		case !cell.filled:
			c.rect(x+0.5, y+0.5, t.width-1-gap, t.height-1-gap, "class", paper.class(), "fill", paper.light)
		}
	}
	if t.labelled {
		m.drawTexts(c, t)
	}
	for _, o := range m.outlined {
		if o[0] < 0 || o[0] >= len(m.rows) || o[1] < 0 || o[1] >= len(m.columns) {
			continue
		}
		x, y := t.cell(o[0], o[1])
		c.group(series[1], "fill", "none", "stroke", "currentColor", "stroke-width", 3.0)
		c.rect(x-0.5, y-0.5, t.width, t.height)
		c.close("g")
	}
}

// drawTexts writes the texts of the cells, those of one colour together.
func (m matrix) drawTexts(c *canvas, t table) {
	write := func(size, above, below float64, text func(cell) string) {
		for _, s := range []shade{{black, black}, {black, white}, {white, black}, {white, white}} {
			open := false
			for i, cell := range m.cells {
				if !cell.filled || cell.shade().text() != s || text(cell) == "" {
					continue
				}
				if !open {
					c.open("g", append(s.fill(), "font-size", size, "text-anchor", "middle")...)
					open = true
				}
				x, y := t.cell(i/len(m.columns), i%len(m.columns))
				y += t.height/2 + float64(size*middle)
				if cell.small != "" {
					y += below
				}
				c.text(x+t.width/2, y-above, text(cell))
			}
			if open {
				c.close("g")
			}
		}
	}
	write(textSize, 0, -8, func(c cell) string { return c.text })
	write(smallSize, 0, 8, func(c cell) string { return c.small })

	c.labels(muted, textSize, "middle")
	for i, cell := range m.cells {
		if !cell.filled {
			x, y := t.cell(i/len(m.columns), i%len(m.columns))
			c.text(x+t.width/2, y+t.height/2+textSize*middle, cell.text)
		}
	}
	c.close("g")
}

// drawBar draws the scale of the colours with its label and returns how far
// down it reaches.
func (m matrix) drawBar(c *canvas, x, y, width float64) float64 {
	return c.colourBar(x, y, width, m.valueLabel, m.barTicks(), func(x, y float64) {
		const steps = 28
		for i := range steps {
			share := float64(i) / (steps - 1)
			c.rect(x+float64(float64(i)*(barWidth/steps)), y, barWidth/steps, barHeight, shadeOf(share).fill()...)
		}
	})
}

// barTicks returns the ticks with their places on the bar, from 0 to 1, as
// values.
func (m matrix) barTicks() []tick {
	ticks := slices.Clone(m.ticks)
	for i := range ticks {
		t := (ticks[i].value - m.low) / (m.high - m.low)
		if m.share != nil {
			t = m.share(t)
		}
		ticks[i].value = t
	}
	return ticks
}
