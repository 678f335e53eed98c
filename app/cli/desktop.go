package cli

import (
	"context"
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/app/desktop"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func desktopCommand(version string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "desktop",
		Short: "Open Hubcap in a window of its own",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			window := &desktop.Window{}
			if !desktop.Built {
				_, err := window.Run(cmd.Context(), desktop.Options{})
				return err
			}
			if r, err := app.ReadRunning(cfg.Data); err == nil && r.Answers() {
				return raise(cmd.Context(), r)
			}
			log := telemetry.Logger(cmd.ErrOrStderr(), cfg.LogLevel, cfg.LogFormat)
			placeFile := filepath.Join(cfg.Data, "window.json")
			place := desktop.ReadPlace(placeFile)
			if cfg.Origin("listen") == "default" {
				cfg.Listen = samePort(place.Port)
			}
			a, err := app.Open(cmd.Context(), cfg, app.Options{Version: version, Log: log, ReadPaper: readPaper(), ReadList: readList(), Window: window})
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			opened, served := make(chan app.Running, 1), make(chan error, 1)
			go func() {
				served <- a.Serve(ctx, func(r app.Running) { opened <- r })
				stop() // a hub that ends takes its window along
			}()
			select {
			case r := <-opened:
				place.Port = port(r)
				place, err = window.Run(ctx, desktop.Options{Title: "Hubcap", Address: func() string { return r.URL + "/?t=" + a.Ticket() }, Place: place, Log: log})
				stop() // finish what is running
				err = errors.Join(err, <-served, desktop.WritePlace(placeFile, place))
			case err = <-served:
			}
			return errors.Join(err, a.Close())
		},
	}
	settingFlags(cmd, "data", "db", "db-replica", "listen", "sample", "worker", "models", "watch", "threads", "log.level", "log.format")
	return cmd
}

// raise brings the window of a hub that runs already to the front.
func raise(ctx context.Context, r app.Running) error {
	err := app.ShowWindow(ctx, r)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "a hub without a window runs on this data folder already").
			WithRemedy("open it in the browser with `hubcap open`, or stop it first")
	}
	return err
}

// samePort is the port of the last time if it is free, else any.
func samePort(last int) string {
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(last))
	l, err := net.Listen("tcp", address)
	if err != nil {
		return config.AnyPort
	}
	if l.Close() != nil {
		return config.AnyPort
	}
	return address
}

func port(r app.Running) int {
	u, err := url.Parse(r.URL)
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(u.Port())
	return n
}
