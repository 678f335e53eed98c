package lan

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

// The install page. It is read by people whose device does not trust the hub
// yet, so it has no script and fetches nothing but its style.
var (
	//go:embed install.html
	installHTML string
	//go:embed install.css
	installCSS string
)

const installPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Install answers /install and below, to anybody: everything there is public.
func (l *LAN) Install() http.Handler {
	page := template.Must(template.New("install").Parse(installHTML))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /install", func(w http.ResponseWriter, r *http.Request) {
		s := l.Status()
		var b bytes.Buffer
		err := page.Execute(&b, struct {
			Status
			Device string
			Rows   []string
		}{s, device(r.UserAgent()), rows(s.Fingerprint)})
		if err != nil {
			http.Error(w, "The page can't be shown.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Security-Policy", installPolicy)
		send(w, "text/html; charset=utf-8", b.Bytes())
	})
	mux.HandleFunc("GET /install/style.css", func(w http.ResponseWriter, _ *http.Request) {
		send(w, "text/css; charset=utf-8", []byte(installCSS))
	})
	if a, ok := l.certs.(*authority); ok {
		mux.HandleFunc("GET /install/hubcap-ca.crt", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", `attachment; filename="hubcap-ca.crt"`)
			send(w, "application/x-x509-ca-cert", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
		})
		mux.HandleFunc("GET /install/hubcap.mobileconfig", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", `attachment; filename="hubcap.mobileconfig"`)
			send(w, "application/x-apple-aspen-config", profile(a.cert.Raw, a.cert.Subject.CommonName))
		})
	}
	return mux
}

func send(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// rows breaks a fingerprint into four lines of eight pairs, which a person
// compares one by one.
func rows(fingerprint string) []string {
	pairs := strings.Split(fingerprint, ":")
	var out []string
	for len(pairs) > 8 {
		out, pairs = append(out, strings.Join(pairs[:8], " ")), pairs[8:]
	}
	return append(out, strings.Join(pairs, " "))
}

// device guesses whose steps to show first.
func device(agent string) string {
	for _, d := range []struct{ mark, name string }{
		{"Android", "android"}, {"iPhone", "apple"}, {"iPad", "apple"}, {"Macintosh", "mac"}, {"Windows", "windows"}, {"Linux", "linux"},
	} {
		if strings.Contains(agent, d.mark) {
			return d.name
		}
	}
	return ""
}

// profile is the authority as Apple's devices install it: a configuration
// profile with one certificate. Its ids are made from the certificate, so
// that a second install replaces the first.
func profile(der []byte, name string) []byte {
	sum := sha256.Sum256(der)
	var label bytes.Buffer
	// A buffer takes every write.
	_ = xml.EscapeText(&label, []byte(name))
	id := func(b []byte) string {
		h := hex.EncodeToString(b)
		return strings.ToUpper(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32])
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadContent</key><array><dict>
<key>PayloadCertificateFileName</key><string>hubcap-ca.crt</string>
<key>PayloadContent</key><data>%s</data>
<key>PayloadDisplayName</key><string>%[2]s</string>
<key>PayloadIdentifier</key><string>dev.hubcap.authority.%[3]s.certificate</string>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadUUID</key><string>%[4]s</string>
<key>PayloadVersion</key><integer>1</integer>
</dict></array>
<key>PayloadDescription</key><string>Lets this device trust your Hubcap by its name and addresses on the local network, and nothing else.</string>
<key>PayloadDisplayName</key><string>%[2]s</string>
<key>PayloadIdentifier</key><string>dev.hubcap.authority.%[3]s</string>
<key>PayloadRemovalDisallowed</key><false/>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadUUID</key><string>%[3]s</string>
<key>PayloadVersion</key><integer>1</integer>
</dict></plist>
`, base64.StdEncoding.EncodeToString(der), label.String(), id(sum[:16]), id(sum[16:]))
}
