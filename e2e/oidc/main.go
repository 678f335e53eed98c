// Command oidc is a real OpenID provider for tests: the example server of
// github.com/zitadel/oidc, on loopback, with two people. It is a module of its
// own, so that the hub does not carry what it needs.
//
//	oidc -redirect http://127.0.0.1:8484/api/v1/session/oidc/ID/callback
//
// prints its issuer and ends with its standard input.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

const people = `{
	"id1": {"ID": "id1", "Username": "pat", "Password": "pats own password", "FirstName": "Pat", "LastName": "Provided", "Email": "pat@example.com", "EmailVerified": true},
	"id2": {"ID": "id2", "Username": "quinn", "Password": "quinns own password", "FirstName": "Quinn", "LastName": "Query", "Email": "quinn@example.com"}
}`

func main() {
	redirect := flag.String("redirect", "", "addresses to which people are sent back, separated by commas")
	flag.Parse()
	if err := run(strings.Split(*redirect, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(redirects []string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + l.Addr().String() + "/"
	file, err := os.CreateTemp("", "oidc-people-*.json")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(people)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	users, err := storage.StoreFromFile(file.Name())
	if err != nil {
		return err
	}
	storage.RegisterClients(storage.WebClient("hubcap", "the hub's secret", redirects...))
	srv := &http.Server{Handler: exampleop.SetupServer(issuer, storage.NewStorage(users), slog.New(slog.DiscardHandler), false)}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until who started it is gone
		_ = srv.Close()
	}()
	fmt.Println(issuer)
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
