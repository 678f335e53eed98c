package lan

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// files is a certificate of the owner's own, read again when it changes: who
// renews it needs no restart.
type files struct {
	cert, key string
	now       func() time.Time

	mu    sync.Mutex
	stamp string
	pair  *tls.Certificate
	wrong error // why what stands there now is not used; pair is from before
}

func (f *files) refresh(_ context.Context, names []string) error {
	stamp := f.stamped()
	f.mu.Lock()
	defer f.mu.Unlock()
	if stamp == f.stamp && f.pair != nil && f.wrong == nil {
		return nil
	}
	pair, err := f.read(names)
	if err == nil {
		f.pair, f.stamp = pair, stamp
	}
	f.wrong = err
	return err
}

// stamped tells one state of the files from another. A link that is turned,
// as by certbot, counts.
func (f *files) stamped() string {
	var b strings.Builder
	for _, p := range []string{f.cert, f.key} {
		if info, err := os.Stat(p); err == nil {
			fmt.Fprintf(&b, "%d %d;", info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

func (f *files) read(names []string) (*tls.Certificate, error) {
	info, err := os.Stat(f.key)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the key file of the certificate can't be read").WithRemedy("name the file with --lan-key")
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && !groupOnly(info.Mode()) {
		return nil, fault.New(fault.Invalid, "the key %s can be read by others (mode %04o)", f.key, info.Mode().Perm()).WithRemedy("run: chmod 600 %s", f.key)
	}
	cert, err := os.ReadFile(f.cert)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the certificate file can't be read").WithRemedy("name the file, with the authorities between, with --lan-cert")
	}
	key, err := os.ReadFile(f.key)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the key file of the certificate can't be read").WithRemedy("let the user of the hub read it")
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		// The texts of crypto/tls say what is wrong, and never show the key.
		return nil, fault.New(fault.Invalid, "the certificate %s and the key %s don't go together: %s", f.cert, f.key, strings.TrimPrefix(err.Error(), "tls: ")).
			WithRemedy("put the certificate and the key that were made together, both in PEM")
	}
	switch now := f.now(); {
	case now.After(pair.Leaf.NotAfter):
		return nil, fault.New(fault.Invalid, "the certificate %s ended on %s", f.cert, pair.Leaf.NotAfter.Format(time.DateOnly)).WithRemedy("renew it; the hub reads the new one by itself")
	case now.Before(pair.Leaf.NotBefore):
		return nil, fault.New(fault.Invalid, "the certificate %s is valid from %s on", f.cert, pair.Leaf.NotBefore.Format(time.DateOnly)).WithRemedy("check the clock of this machine")
	}
	if len(names) > 0 && pair.Leaf.VerifyHostname(names[0]) != nil {
		return nil, fault.New(fault.Invalid, "the certificate %s is not for the name %s but for %s", f.cert, names[0], strings.Join(append(pair.Leaf.DNSNames, "no other"), ", ")).
			WithRemedy("set lan-name to a name of the certificate")
	}
	return &pair, nil
}

// groupOnly lets a group read the key, as Debian's ssl-cert does.
func groupOnly(m os.FileMode) bool { return m.Perm()&0o037 == 0 }

// name is the first name of the certificate that is one: what the hub is
// called where nobody said.
func (f *files) name() (string, error) {
	pair, err := f.read(nil)
	if err != nil {
		return "", err
	}
	for _, n := range pair.Leaf.DNSNames {
		if n = strings.ToLower(n); isName(n) {
			return n, nil
		}
	}
	return "", fault.New(fault.Invalid, "the certificate %s names no host", f.cert).WithRemedy("set lan-name to the name that others use")
}

func (f *files) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pair == nil {
		return nil, errors.New("no certificate was read")
	}
	return f.pair, nil
}

// soon is from when on the end of a certificate that others renew is told.
const soon = 14 * 24 * time.Hour

func (f *files) describe(s *Status) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s.TLS = "files"
	if f.pair != nil {
		s.Expires, s.Fingerprint = f.pair.Leaf.NotAfter, fingerprint(f.pair.Leaf.Raw)
		if f.now().After(s.Expires.Add(-soon)) {
			s.Warnings = append(s.Warnings, Warning{"expires", fmt.Sprintf("The certificate ends on %s: renew it.", s.Expires.Format(time.DateOnly))})
		}
	}
	if f.wrong != nil {
		s.Warnings = append(s.Warnings, Warning{"certificate", "The certificate files changed and can't be used; the one before them still is: " + f.wrong.Error() + "."})
	}
}
