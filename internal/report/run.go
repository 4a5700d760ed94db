package report

import "fmt"

// runPage is the page of a single run.
func (st *study) runPage() (*document, error) {
	t := st.trials()[0]
	o := t.Runs[0]
	d := &document{title: t.model.label + " at learning rate " + number(t.LearningRate)}
	d.lead = words(fmt.Sprintf("One run on %s, seed %d: ", st.dataName(), o.Config.Seed), typed(t.Architecture), ".")
	if t.Complete() {
		d.facts = st.mainFacts(t)[1:]
	}
	d.add(heading{2, "training", "Training", ""})
	d.addExperiment(t)
	if o.Test != nil {
		d.add(heading{2, "test", "Test", ""}, paragraph{testAccount(o.Test)})
		if err := d.addTest(o, 3); err != nil {
			return nil, err
		}
	}
	st.addMaking(d)
	return d, nil
}
