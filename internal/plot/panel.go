package plot

import "math"

// A panel is a Panel with its axes and its size.
type panel struct {
	Panel
	runs   [][][]point // of each series
	x, y   scale
	xTicks []tick
	yTicks []tick
	width  float64 // of all
	left   float64 // of it, the labels left of the plot
	height float64 // of the plot
	empty  bool
}

// axes lays out the panels: the plots of all have the same size.
func (l Lines) axes(columns int, width float64) []*panel {
	panels := make([]*panel, len(l.Panels))
	xs, ys := make([]extent, len(panels)), make([]extent, len(panels))
	for i, p := range l.Panels {
		panels[i] = &panel{Panel: p}
		for _, s := range p.Series {
			// A curve that ends early, because training diverged, ends before
			// the axis does.
			for _, x := range s.X {
				xs[i].add(x)
			}
			runs := s.runs()
			for _, run := range runs {
				for _, q := range run {
					ys[i].add(q.low)
					ys[i].add(q.high)
				}
			}
			panels[i].runs = append(panels[i].runs, runs)
		}
	}

	left := 0.0
	for i, p := range panels {
		p.empty = !ys[i].some
		p.width = (width - 2*margin - float64(float64(columns-1)*panelGap)) / float64(columns)
		p.setY(ys[i])
		for _, t := range p.yTicks {
			left = max(left, math.Ceil(textWidth(t.label, tickSize, false))+tickGap)
		}
	}
	for i, p := range panels {
		p.left = min(left, p.width/3)
		p.x.from, p.x.to = 0, p.width-p.left-panelRight
		p.height = math.Round(p.x.to * aspect)
		p.y.from, p.y.to = p.height, 0
		p.setX(xs[i])
	}
	return panels
}

// setY chooses the range and the ticks of the y axis.
func (p *panel) setY(e extent) {
	if !e.some {
		e.high = 1
	}
	low, high := p.Bounds.widen(e.low, e.high)
	most := max(3, min(yTicks, int(p.width*aspect/tickSpace)))
	p.yTicks = ticks(low, high, most, roundness{outside: true})
	p.y.low, p.y.high = min(low, p.yTicks[0].value), max(high, p.yTicks[len(p.yTicks)-1].value)
}

// setX chooses the range and the ticks of the x axis, as many as there is room
// for.
func (p *panel) setX(e extent) {
	if !e.some {
		e.high = 1
	}
	whole := !e.fractions
	p.x.low, p.x.high = Bounds{}.widen(e.low, e.high)
	for most := xTicks; ; most-- {
		p.xTicks = ticks(e.low, e.high, most, roundness{whole: whole})
		if whole && len(p.xTicks) > 1 {
			// An epoch 1 is worth a label where it is no multiple of the step.
			if space := p.xTicks[1].value - p.xTicks[0].value; p.xTicks[0].value-e.low >= space/2 {
				p.xTicks = append([]tick{{e.low, number(e.low)}}, p.xTicks...)
			}
		}
		if p.xTicksFit() {
			return
		}
		if most == 1 {
			p.xTicks = p.xTicks[:1]
			return
		}
	}
}

// xLabel returns the middle of the label of a tick of the x axis: at the tick,
// unless it would reach beyond the panel.
func (p *panel) xLabel(t tick) float64 {
	half := textWidth(t.label, tickSize, false) / 2
	return max(half-p.left, min(p.x.at(t.value), p.x.to+panelRight-half))
}

// xTicksFit reports whether the labels of the x axis stand apart.
func (p *panel) xTicksFit() bool {
	end := math.Inf(-1)
	for _, t := range p.xTicks {
		half := textWidth(t.label, tickSize, false) / 2
		if p.xLabel(t)-half < end+8 {
			return false
		}
		end = p.xLabel(t) + half
	}
	return true
}

// headHeight returns the height of what stands above the plot.
func (p *panel) headHeight() float64 {
	h := tickSize * 0.9
	if p.Title != "" {
		h += 18
	}
	if p.YLabel != "" {
		h += 16
	}
	return math.Ceil(h)
}

// footHeight returns the height of what stands below a plot.
func footHeight(xLabel string) float64 {
	h := tickGap + tickSize + 5
	if xLabel != "" {
		h += textSize + 5
	}
	return h
}

// draw draws the panel with the top of its plot at y.
func (p *panel) draw(c *canvas, x, y float64, xLabel string, styles map[string]int) {
	up := y - math.Ceil(tickSize*0.9)
	if p.YLabel != "" {
		c.labels(muted, textSize, "start")
		c.text(x, up-3, cut(p.YLabel, textSize, false, p.width))
		c.close("g")
		up -= 16
	}
	if p.Title != "" {
		c.labels(ink, headingSize, "start", "font-weight", "600")
		c.text(x, up-4, cut(p.Title, headingSize, true, p.width))
		c.close("g")
	}

	x += p.left
	plot := p.x.to
	c.group(grid, "stroke", "currentColor")
	for _, t := range p.yTicks {
		c.line(x, y+p.y.at(t.value), x+plot, y+p.y.at(t.value))
	}
	c.close("g")
	c.group(axis, "stroke", "currentColor")
	c.line(x, y+p.height, x+plot, y+p.height)
	for _, t := range p.xTicks {
		c.line(x+p.x.at(t.value), y+p.height, x+p.x.at(t.value), y+p.height+4)
	}
	c.close("g")

	c.labels(muted, tickSize, "end")
	for _, t := range p.yTicks {
		c.text(x-tickGap, y+p.y.at(t.value)+tickSize*middle, cut(t.label, tickSize, false, p.left-tickGap))
	}
	c.close("g")
	c.labels(muted, tickSize, "middle")
	bottom := y + p.height + tickGap + tickSize
	for _, t := range p.xTicks {
		c.text(x+p.xLabel(t), bottom, t.label)
	}
	if xLabel != "" {
		c.text(x+plot/2, bottom+textSize+5, cut(xLabel, textSize, false, plot), "font-size", textSize)
	}
	if p.empty {
		c.text(x+plot/2, y+p.height/2, "no data", "font-size", textSize)
	}
	c.close("g")

	for i, s := range p.Series {
		p.curve(c, x, y, p.runs[i], s, styles[s.Name])
	}
}
