package benchmark

import (
	"context"
	"time"

	"fnn/internal/machine"
	"fnn/tensor"
)

// A Plan is what to measure, and how long.
type Plan struct {
	Threads int           // the most; one is measured as well
	Time    time.Duration // for each figure, about, in each of two passes
	Groups  []Group
}

// DefaultPlan returns the plan of the command: seven seconds or so.
func DefaultPlan(threads int) Plan {
	return Plan{
		Threads: threads,
		Time:    40 * time.Millisecond,
		Groups: []Group{
			Products(AB, Plain), StepProducts(), Vectors(), Memory(),
			Training(RandomSet(4096)), Prediction(10000), Latency(1),
		},
	}
}

// passes is how often all is measured. What disturbs a figure seldom lasts until
// its next turn.
const passes = 2

// Run measures what a plan says. After each figure it calls progress with how
// many are done, and how many there are to do. The error is the context's, once
// it is done and the call that is being measured has returned.
func Run(ctx context.Context, p Plan, progress func(done, total int)) (*Report, error) {
	threads := ThreadCounts(p.Threads)
	teams := make([]*tensor.Team, len(threads))
	for i, n := range threads {
		teams[i] = tensor.NewTeam(n)
		defer teams[i].Close()
	}
	peak := make([]float64, len(teams))
	cells := p.cells(teams)
	done, total := 0, passes*(len(peak)+len(cells))
	count := func() {
		done++
		progress(done, total)
	}
	for range passes {
		for i, team := range teams {
			peak[i] = max(peak[i], team.MeasurePeak()/1e9)
			count()
		}
		for i := range cells {
			if err := cells[i].measure(ctx, p.Time); err != nil {
				return nil, err
			}
			count()
		}
	}
	return p.report(threads, peak, cells), nil
}

// A cell of the table is a case with a number of threads.
type cell struct {
	Case
	team    *tensor.Team
	work    float64
	seconds float64 // the least so far that it takes; 0 before it is measured
}

// cells returns what to measure: group by group, case by case, team by team.
func (p Plan) cells(teams []*tensor.Team) []cell {
	var cells []cell
	for _, g := range p.Groups {
		for _, c := range g.Cases {
			for _, team := range teams {
				cells = append(cells, cell{Case: c, team: team})
			}
		}
	}
	return cells
}

// measure spends about some time on a cell, but none on one that has been found
// to take longer for a single call.
func (c *cell) measure(ctx context.Context, limit time.Duration) error {
	if c.seconds > limit.Seconds() {
		return nil
	}
	run, work := c.New(c.team)
	seconds, err := best(ctx, limit, run)
	if err != nil {
		return err
	}
	if c.seconds == 0 || seconds < c.seconds {
		c.work, c.seconds = work, seconds
	}
	return nil
}

// report makes a report of cells, in the order that they have.
func (p Plan) report(threads []int, peak []float64, cells []cell) *Report {
	r := &Report{Machine: machine.This(), Threads: threads, Peak: peak}
	for _, g := range p.Groups {
		result := Result{Name: g.Name, Unit: g.Unit}
		for _, c := range g.Cases {
			row := Row{Name: c.Name, Note: c.Note}
			for i := range threads {
				figure := g.Unit.Figure(cells[i].work, cells[i].seconds)
				row.Figures = append(row.Figures, figure)
				if g.Unit == GFLOPS {
					row.OfPeak = append(row.OfPeak, figure/peak[i])
				}
			}
			cells = cells[len(threads):]
			result.Rows = append(result.Rows, row)
		}
		r.Groups = append(r.Groups, result)
	}
	return r
}
