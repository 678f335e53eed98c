package wire_test

import (
	"testing"

	"github.com/hubcap-dev/hubcap/backend/llm/wire"
)

func TestObject(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"alone", `{"a":1}`, `{"a":1}`},
		{"with talk around it", `Sure! {"a":1} and more`, `{"a":1}`},
		{"nested", `{"a":{"b":{}},"c":[{}]} {"d":2}`, `{"a":{"b":{}},"c":[{}]}`},
		{"braces in strings", `{"a":"}{","b":"\"}"}`, `{"a":"}{","b":"\"}"}`},
		{"a backslash at a string's end", `{"a":"\\"}x`, `{"a":"\\"}`},
		{"cut", `{"a":{"b":1}`, ``},
		{"an open string", `{"a":"}`, ``},
		{"none", `no object here }`, ``},
		{"nothing", ``, ``},
	} {
		t.Run(row.name, func(t *testing.T) {
			// As a model writes it: some bytes at a time.
			for step := 1; step <= 3; step++ {
				var o wire.Object
				got := ""
				for n := 0; n <= len(row.in) && got == ""; n += step {
					if start, end, whole := o.Find(row.in[:n]); whole {
						got = row.in[start:end]
					}
				}
				if got == "" {
					if start, end, whole := o.Find(row.in); whole {
						got = row.in[start:end]
					}
				}
				if got != row.want {
					t.Errorf("in steps of %d: got %q, want %q", step, got, row.want)
				}
			}
		})
	}
}
