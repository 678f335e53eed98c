package vault

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "***"

// Secret is a text that prints, logs and encodes as "***", so that it can't
// slip into a log line, an error or an answer. Reveal is the one way out.
type Secret struct{ text string }

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the secret itself, for the call that needs it.
func (s Secret) Reveal() string { return s.text }

// Empty reports whether there is no secret.
func (s Secret) Empty() bool { return s.text == "" }

// Format writes "***" whatever the verb: without it %d would show the field.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

func (s Secret) String() string               { return hidden }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
