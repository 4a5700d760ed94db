package main

// The text between the tables.
const (
	introduction = `# Results

fnn and what one would use instead, measured by ` + "`go -C bench/peers run .`" + ` at the same work on one
machine, in turns. A figure is the median of the turns, ± half the distance between the quartiles.
Absolute figures belong to the machine; the ratios are the point. A ratio is the median of those of the
rounds, in each of which both had a turn, which is steadier than that of two figures.
[peers/README.md](peers/README.md) says how it is done.

`

	missingText = `## Not measured

What is missing, and why. The README says how to install what can be installed.

`

	readingText = `## In short

Computed from the tables above.

`

	productText = `## Matrix products

GFLOPS; all matrices plain and row-major, the same multiplications and the same result to the bit checked.
"To best rival" is our speed by that of the fastest other library, in its fastest setting; fnn in
panels, the layout that training uses, does not enter into it. 1x128x784 is one image in the first
layer of model A, 64x128x784 a batch, 784x128x64 its weight gradient.

`

	portableText = `## Matrix products without assembly

GFLOPS. fnn's portable kernel, which computes the same bits as the others, and GoMLX without vector
instructions.

`

	epochText = `## An epoch

48,000 images of Fashion-MNIST in batches of 64, Adam, with all the data in memory. The models learn
on from turn to turn. go-deep is measured over 24 of an epoch's 750 steps.

`

	predictionText = `## Prediction with model A

`
)
