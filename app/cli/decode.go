package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic"
)

// decodeFlags are what the user may set.
type decodeFlags struct {
	year       int
	now        string
	index      string
	format     string
	provenance bool
}

func decodeCommand() *cobra.Command {
	var f decodeFlags
	cmd := &cobra.Command{
		Use:   "decode [VIN...]",
		Short: "Say what vehicle a VIN names",
		Long: `Say what vehicle a VIN names, as NHTSA's vPIC does, without the internet.

VINs are given as arguments, or on standard input (no argument, or '-') one a
line as VIN or VIN,year. A first line that holds the word vin is a header and
may name the columns vin and year. '*' stands for an unknown character. A bad
VIN is an answer with error codes, not a failure.`,
		Example: `  hubcap decode 1HGCM82633A004352
  hubcap decode --format csv - < vins.csv > decoded.csv
  hubcap decode --provenance 5YJ3E1EB6K`,
		RunE: func(cmd *cobra.Command, args []string) error { return runDecode(cmd, args, f) },
	}
	cmd.Flags().IntVar(&f.year, "year", 0, "model year that you know; a line's own year goes before it")
	cmd.Flags().StringVar(&f.now, "now", "", "decode as on this day, YYYY-MM-DD in UTC (default today)")
	cmd.Flags().StringVar(&f.index, "vpic", "", "vPIC index `FILE` to use instead of the one in use")
	cmd.Flags().StringVar(&f.format, "format", "text", "text, json (everything, one object a line), csv, or vpic (vPIC's element codes, one object a line)")
	cmd.Flags().BoolVar(&f.provenance, "provenance", false, "text: say on what each value rests")
	settingFlags(cmd, "data")
	return cmd
}

func runDecode(cmd *cobra.Command, args []string, f decodeFlags) error {
	now := time.Now().UTC()
	if f.now != "" {
		var err error
		if now, err = time.Parse(time.DateOnly, f.now); err != nil {
			return usageError{fmt.Errorf("--now %q is no date: write it as 2026-11-22", f.now)}
		}
	}
	form, ok := formatters(f)[f.format]
	if !ok {
		return usageError{fmt.Errorf("--format %q is not known: choose text, json, csv or vpic", f.format)}
	}
	var in io.Reader = strings.NewReader(strings.Join(args, "\n") + "\n")
	fromInput := len(args) == 0 || (len(args) == 1 && args[0] == "-")
	for _, a := range args {
		if a == "-" && !fromInput {
			return usageError{errors.New("'-' (standard input) stands alone: give VINs or '-', not both")}
		}
	}
	if fromInput {
		in = cmd.InOrStdin()
	}
	d, closeIndex, err := openDecoder(cmd, f.index)
	if err != nil {
		return err
	}
	defer closeIndex()
	s := stream{
		decoder: d, options: vin.Options{ModelYear: f.year, Now: now}, format: form,
		header: fromInput, notes: cmd.ErrOrStderr(),
	}
	out := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
	err = s.run(cmd.Context(), in, out)
	if ferr := out.Flush(); err == nil && ferr != nil {
		err = fmt.Errorf("write answers: %w", ferr)
	}
	return err
}

// openDecoder opens the index in use on the data folder, or a file, which is
// mapped rather than read: only what is touched is loaded.
func openDecoder(cmd *cobra.Command, path string) (*vin.Decoder, func(), error) {
	nothing := func() {}
	if path == "" {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return nil, nothing, err
		}
		d, warning, err := app.Decoder(cfg.Data)
		if warning != nil {
			report(cmd.ErrOrStderr(), warning)
		}
		return d, nothing, err
	}
	data, unmap, err := vpic.Map(path)
	if err != nil {
		return nil, nothing, fault.Wrap(fault.Unavailable, err, "open vPIC index").
			WithRemedy("build one with `make vpic`, or leave --vpic out to use the one in use")
	}
	d, err := vin.Open(data)
	if err == nil {
		// A foreign file is read whole once: a damaged one would answer, but
		// wrongly.
		err = d.Verify()
	}
	if err != nil {
		unmap()
		return nil, nothing, fault.Wrap(fault.Invalid, err, "open vPIC index %s", path).
			WithRemedy("build it again with `make vpic`, or leave --vpic out to use the one in use")
	}
	return d, unmap, nil
}
