//go:build !linux

package vpic

import "errors"

// freeBytes is not known here: a full disk is found out by writing.
func freeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
