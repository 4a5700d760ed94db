package dataset

import "fnn/tensor"

// Batches deals the samples of a set out in batches, every sample once an
// epoch, in an order that depends on the seed, the epoch and the number of
// samples alone. It allocates nothing once it is made.
//
//	for epoch := range epochs {
//		batches.Start(epoch)
//		for batches.Next() {
//			// use batches.Len, Labels and Row
//		}
//	}
type Batches struct {
	set    *Set
	size   int
	seed   uint64
	stream tensor.Stream
	order  []int // the samples in the order of the epoch
	first  int   // where the current batch starts in order
	next   int   // where the next one does
	labels []int // in the same order
}

// NewBatches returns the batches of s, of so many samples each, or of all if they
// are fewer. Start has to be called before the first. It panics if size is not
// positive.
func NewBatches(s *Set, size int, seed uint64) *Batches {
	if size <= 0 {
		panic("dataset: batch size is not positive")
	}
	size = min(size, max(s.Len(), 1))
	return &Batches{
		set:    s,
		size:   size,
		seed:   seed,
		order:  make([]int, s.Len()),
		first:  s.Len(),
		next:   s.Len(),
		labels: make([]int, s.Len()),
	}
}

// Start goes to the beginning of an epoch, before its first batch.
func (b *Batches) Start(epoch int) {
	for i := range b.order {
		b.order[i] = i
	}
	b.stream.Seed(b.seed, "shuffle", epoch)
	tensor.Shuffle(&b.stream, b.order)
	for i, sample := range b.order {
		b.labels[i] = b.set.labels[sample]
	}
	b.first, b.next = 0, 0
}

// Steps returns the number of batches in an epoch.
func (b *Batches) Steps() int { return (len(b.order) + b.size - 1) / b.size }

// Skip passes over the next n batches, or over those that remain if they are
// fewer: an epoch resumed after n steps goes on with the batch it stopped at.
func (b *Batches) Skip(n int) {
	b.next = min(b.next+min(n, b.Steps())*b.size, len(b.order))
	b.first = b.next
}

// Next moves to the next batch. It returns false at the end of the epoch.
func (b *Batches) Next() bool {
	b.first, b.next = b.next, min(b.next+b.size, len(b.order))
	return b.first < b.next
}

// Len returns the number of samples in the current batch. Only the last of an
// epoch may be smaller than the size that NewBatches was given.
func (b *Batches) Len() int { return b.next - b.first }

// Labels returns the class of each sample in the current batch, until the next
// call of Next or Start.
func (b *Batches) Labels() []int { return b.labels[b.first:b.next] }

// Row writes sample i of the current batch to dst, as [Set.Row] does. It may be
// called concurrently. It panics if the batch has no sample i.
func (b *Batches) Row(i int, dst []float32) {
	batch, next := b.order[b.first:b.next], b.order[b.next:]
	if soon := i + samplesAhead; soon < len(batch) {
		tensor.PrefetchNear(b.set.Bytes(batch[soon]))
	}
	b.set.Row(batch[i], dst)
	// The samples of a batch lie all over the memory. Whoever asks for this one
	// will ask for the same one of the next batch.
	if i%pagesAtOnce == 0 {
		for j := i; j < min(i+pagesAtOnce, len(next)); j++ {
			pixels := b.set.Bytes(next[j])
			tensor.Prefetch(pixels[:min(1, len(pixels))])
			tensor.Prefetch(pixels[max(0, len(pixels)-1):])
		}
	}
	if i < len(next) {
		tensor.Prefetch(b.set.Bytes(next[i]))
	}
}

// samplesAhead is how many samples ahead of its use one that has been asked for is asked for
// again. A step may have pushed it out of the second-level cache.
const samplesAhead = 3

// pagesAtOnce is the number of samples whose pages of memory, one each or two, are
// looked up together, which the processor does several at a time, before the rest of
// each is fetched.
const pagesAtOnce = 32
