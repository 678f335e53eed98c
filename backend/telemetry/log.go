// Package telemetry sets up what the hub says about itself: structured logs
// and Prometheus metrics. Nothing leaves the machine.
package telemetry

import (
	"io"
	"log/slog"
)

// Logger writes to w in the format "json" or "text" from the level up.
func Logger(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
