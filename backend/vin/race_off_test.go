//go:build !race

package vin_test

const raceEnabled = false
