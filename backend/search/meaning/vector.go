package meaning

import "math"

// code is a vector in eight bits a number; factor turns a sum of products
// back into a cosine.
func code(v []float32, out []int8) (factor float32) {
	most := float32(0)
	for _, x := range v {
		most = max(most, float32(math.Abs(float64(x))))
	}
	if most == 0 {
		return 0
	}
	scale := 127 / most
	for i, x := range v {
		out[i] = int8(math.Round(float64(x * scale)))
	}
	return most / 127
}

// product is the sum of products of two codes of the same length, a multiple
// of four. Two sums at a time hide the latency of one; more gain nothing here.
func product(a, b []int8) int32 {
	var s0, s1 int32
	for len(a) >= 8 && len(b) >= 8 {
		s0 += int32(a[0])*int32(b[0]) + int32(a[1])*int32(b[1]) + int32(a[2])*int32(b[2]) + int32(a[3])*int32(b[3])
		s1 += int32(a[4])*int32(b[4]) + int32(a[5])*int32(b[5]) + int32(a[6])*int32(b[6]) + int32(a[7])*int32(b[7])
		a, b = a[8:], b[8:]
	}
	for i := range a {
		s0 += int32(a[i]) * int32(b[i])
	}
	return s0 + s1
}

// cosine of two vectors of length 1.
func cosine(a, b []float32) float32 {
	var s float32
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}
