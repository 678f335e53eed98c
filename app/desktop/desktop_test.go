package desktop_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hubcap-dev/hubcap/app/desktop"
)

func TestPlace(t *testing.T) {
	usual := desktop.ReadPlace(filepath.Join(t.TempDir(), "none"))
	if usual.Width < 800 || usual.Height < 600 || usual.Port != 0 {
		t.Fatalf("a first start: %+v", usual)
	}
	for name, c := range map[string]struct {
		text string
		want desktop.Place
	}{
		"as left":         {`{"width":900,"height":700,"maximised":true,"port":40123}`, desktop.Place{Width: 900, Height: 700, Maximised: true, Port: 40123}},
		"damaged":         {`{"width":`, usual},
		"nonsense":        {`{"width":-4,"height":1000000,"port":99999999}`, usual},
		"a system's port": {`{"width":900,"height":700,"port":22}`, desktop.Place{Width: 900, Height: 700}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "window.json")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := desktop.ReadPlace(path); got != c.want {
				t.Fatalf("ReadPlace(%s) = %+v, want %+v", c.text, got, c.want)
			}
			if err := desktop.WritePlace(path, c.want); err != nil {
				t.Fatal(err)
			}
			if got := desktop.ReadPlace(path); got != c.want {
				t.Fatalf("written and read: %+v, want %+v", got, c.want)
			}
		})
	}
}
