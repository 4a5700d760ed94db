// Package suggest finds what a mistyped word was probably meant to be.
package suggest

import "strings"

// maxLength is the length in bytes of the longest word worth a comparison.
const maxLength = 64

// Suggest returns the candidate that word was probably meant to be, or "" if
// none is near. A candidate is near that begins with word, if that has two
// letters or more, or that differs from it in no more than a third, rounded, of
// the longer word's letters; upper and lower case are the same. The nearest
// wins, and among equals the first.
func Suggest(word string, candidates []string) string {
	if len(word) > maxLength {
		return ""
	}
	typed := []rune(strings.ToLower(word))
	best, nearest := "", maxLength+1
	for _, candidate := range candidates {
		if len(candidate) > maxLength {
			continue
		}
		meant := []rune(strings.ToLower(candidate))
		d := distance(typed, meant)
		switch {
		case d <= (max(len(typed), len(meant))+1)/3:
		case len(typed) >= 2 && strings.HasPrefix(string(meant), string(typed)):
		default:
			continue
		}
		if d < nearest {
			best, nearest = candidate, d
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance of a and b, in its restricted
// form (optimal string alignment): the number of letters to insert, delete,
// replace or swap with their neighbour that turns a into b, no letter being
// touched twice. See G. Navarro, "A guided tour to approximate string
// matching", ACM Computing Surveys 33(1), 2001, section 3.
func distance(a, b []rune) int {
	// Rows i-2, i-1 and i of the table of distances between a[:i] and b[:j].
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := above[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(above[j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
