//go:build !linux

package inbox

import "errors"

// FreeBytes is not known here: a full disk is found out by writing.
func FreeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
