package terminal

import (
	"strconv"
	"time"
)

// appendDuration appends d to the second as a clock shows it: "0:03", "12:34",
// "1:02:03". Negative durations are "0:00".
func appendDuration(b []byte, d time.Duration) []byte {
	seconds := int64(max(d, 0).Round(time.Second) / time.Second)
	if hours := seconds / 3600; hours > 0 {
		b = append(strconv.AppendInt(b, hours, 10), ':')
		b = appendTwoDigits(b, seconds/60%60)
	} else {
		b = strconv.AppendInt(b, seconds/60, 10)
	}
	return appendTwoDigits(append(b, ':'), seconds%60)
}

func appendTwoDigits(b []byte, n int64) []byte {
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// Count returns n, which is not negative, in at most three digits and a
// letter: "7", "8.25", "857", "12.3k", "1.20M".
func Count(n float64) string {
	return string(appendCount(nil, n))
}

func appendCount(b []byte, n float64) []byte {
	return appendScaled(b, n, "", "k", "M", "G", "T")
}

// Bytes returns n, which is not negative, as a number of bytes in decimal
// units: "0 B", "1.23 kB", "26.4 MB".
func Bytes(n int64) string {
	return string(appendBytes(nil, float64(n)))
}

func appendBytes(b []byte, n float64) []byte {
	return appendScaled(b, n, " B", " kB", " MB", " GB", " TB")
}

// appendScaled appends n in the unit, each a thousand of the one before, that
// leaves no more than three digits before the point.
func appendScaled(b []byte, n float64, units ...string) []byte {
	unit := 0
	for n >= 999.5 && unit < len(units)-1 {
		n /= 1000
		unit++
	}
	decimals := 0
	switch whole := unit == 0 && n == float64(int64(n)); {
	case whole:
	case n < 9.995:
		decimals = 2
	case n < 99.95:
		decimals = 1
	}
	return append(strconv.AppendFloat(b, n, 'f', decimals, 64), units[unit]...)
}
