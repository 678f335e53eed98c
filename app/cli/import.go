package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/intake/claim"
	"github.com/hubcap-dev/hubcap/backend/intake/list"
	"github.com/hubcap-dev/hubcap/backend/intake/mapping"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

// importing is what `hubcap import` was told.
type importing struct {
	mapFile, policy, format, sheet, report string
	dryRun                                 bool
}

func importCommand(version string) *cobra.Command {
	var o importing
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Check a list of vehicles against its VINs and take it in",
		Long: "Check a list of vehicles against its VINs and take it in: CSV, TSV, XLSX, XLS, ODS, JSON lines, a text PDF with a\n" +
			"table, or - for standard input. The columns are recognised; how they are read is printed as JSON to standard\n" +
			"error, and --map reads it again, changed as you need it.\n\n" +
			"With --dry-run nothing is written. One undo takes the whole import back.",
		Example: "  hubcap import --dry-run tonight.xlsx\n" +
			"  hubcap import --dry-run --format json tonight.csv | jq 'select(.status == \"mismatch\")'\n" +
			"  hubcap import tonight.csv --map map.json --policy overwrite --report result.xlsx",
		Args: takes(1, "the list, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains([]string{"text", "json"}, o.format) {
				return usageError{fmt.Errorf("--format is %q: use text or json", o.format)}
			}
			if !slices.Contains([]string{"fill", "overwrite", "ask"}, o.policy) {
				return usageError{fmt.Errorf("--policy is %q: use fill, overwrite or ask", o.policy)}
			}
			if o.dryRun && o.report != "" {
				return usageError{errors.New("--report is of an import; a dry run prints its rows")}
			}
			return o.run(cmd, version, args[0])
		},
	}
	cmd.Flags().StringVar(&o.mapFile, "map", "", "`FILE` with how the columns are read, as an import without it prints it")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "check only; nothing is written")
	cmd.Flags().StringVar(&o.policy, "policy", "fill", "of vehicles that are here already: fill (their blanks), overwrite, or ask (leave them, and say which)")
	cmd.Flags().StringVar(&o.format, "format", "text", "text, or json: one object a row")
	cmd.Flags().StringVar(&o.sheet, "sheet", "", "which sheet is read; the one with VINs if left out")
	cmd.Flags().StringVar(&o.report, "report", "", "write the list with what became of each row to this `FILE` (.csv or .xlsx)")
	settingFlags(cmd, "data", "db", "db-replica", "vault-keyring", "log.format")
	return cmd
}

func (o *importing) run(cmd *cobra.Command, version, name string) error {
	content, err := o.read(cmd, name)
	if err != nil {
		return err
	}
	var columns []byte
	if o.mapFile != "" {
		if columns, err = o.readMap(); err != nil {
			return err
		}
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	r, err := app.Reach(cmd.Context(), cfg, app.Options{Version: version, ReadList: readList(), Log: telemetry.Logger(cmd.ErrOrStderr(), "error", cfg.LogFormat)})
	if err != nil {
		return err
	}
	h := hub{r, cmd}
	defer h.Close()
	out := &sure{w: cmd.OutOrStdout()}
	sum, err := o.check(h, out, filepath.Base(name), content, columns)
	if err != nil {
		return err
	}
	if o.format == "text" {
		sum.print(out)
	}
	if out.err != nil {
		return fmt.Errorf("write the answer: %w", out.err)
	}
	if o.dryRun {
		return nil
	}
	return o.commit(h, out, filepath.Base(name), content, columns)
}

// readMap reads how the columns are read, without what is there for people.
func (o *importing) readMap() ([]byte, error) {
	b, err := os.ReadFile(o.mapFile)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the mapping %s can't be read", o.mapFile).WithRemedy("check its name")
	}
	var m mapping.Mapping
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s is no mapping in JSON", o.mapFile).WithRemedy("import without --map prints one to begin with")
	}
	kept := m.Columns[:0]
	for _, c := range m.Columns {
		if c.Target != mapping.Skip {
			c.Header, c.Why, c.Percent = "", "", 100
			kept = append(kept, c)
		}
	}
	m.Columns = kept
	text, err := json.Marshal(m)
	return ascii(text), err
}

// ascii escapes in JSON what an address would write three signs a byte for.
func ascii(text []byte) []byte {
	var out []byte
	for _, r := range string(text) {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, "\\u%04x", unit)
		}
	}
	return out
}

// read reads the whole list: it is sent twice, once to check and once to keep.
func (o *importing) read(cmd *cobra.Command, name string) ([]byte, error) {
	in := cmd.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the list %s can't be opened", name).WithRemedy("check its name, and that you may read it")
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, list.MaxBytes+1))
	switch {
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "the list %s can't be read", name).WithRemedy("check that it is a file, and that you may read it")
	case len(b) > list.MaxBytes:
		return nil, fault.New(fault.Invalid, "the list %s is larger than 64 MiB", name).WithRemedy("split it, or save it as CSV")
	}
	return b, nil
}

// check has the hub check the list and prints its rows.
func (o *importing) check(h hub, out io.Writer, name string, content, columns []byte) (summary, error) {
	sum := summary{name: name, status: map[intake.Status]int{}}
	q := url.Values{"name": {name}, "mapping": {string(columns)}, "sheet": {o.sheet}}
	for k, v := range q {
		if v[0] == "" {
			delete(q, k)
		}
	}
	resp, err := h.Send(h.cmd.Context(), "/api/v1/intake/check?"+q.Encode(), bytes.NewReader(content))
	if err != nil {
		return sum, err
	}
	defer resp.Body.Close()
	lines := bufio.NewReaderSize(resp.Body, 1<<16)
	for first := true; ; first = false {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return sum, nil
		}
		if err != nil {
			return sum, fmt.Errorf("read the hub's answer: %w", err)
		}
		if first {
			var head rest.CheckHead
			if err := json.Unmarshal(line, &head); err != nil {
				return sum, fmt.Errorf("read the hub's answer: %w", err)
			}
			if o.mapFile == "" {
				e := json.NewEncoder(h.cmd.ErrOrStderr())
				e.SetEscapeHTML(false)
				if err := e.Encode(head.Mapping); err != nil {
					return sum, fmt.Errorf("print the mapping: %w", err)
				}
			}
			continue
		}
		var row struct {
			intake.Row
			Problem string `json:"problem"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			return sum, fmt.Errorf("read the hub's answer: %w", err)
		}
		if row.Problem != "" {
			return sum, fault.New(fault.Invalid, "%s", row.Problem).WithRemedy("mend the list; rows before this place were checked")
		}
		sum.add(&row.Row)
		if o.format == "json" {
			if _, err := out.Write(line); err != nil {
				return sum, fmt.Errorf("write the answer: %w", err)
			}
		}
	}
}

// commit keeps the list in the hub and takes it in.
func (o *importing) commit(h hub, out io.Writer, name string, content, columns []byte) error {
	var kept intake.Intake
	if err := h.ask("POST", "/api/v1/intakes", map[string]string{"name": intake.NameOf(name)}, &kept); err != nil {
		return err
	}
	where := "/api/v1/intakes/" + kept.ID
	err := o.settle(h, where, name, content, columns)
	var j rest.Job
	if err == nil {
		j, err = h.work(where+"/commit", map[string]any{"policy": o.policy})
	}
	if err != nil {
		return err
	}
	var result struct {
		Outcome intake.Outcome `json:"outcome"`
		Batch   string         `json:"batch"`
	}
	b, err := json.Marshal(j.Result)
	if err == nil {
		err = json.Unmarshal(b, &result)
	}
	if err != nil {
		return fmt.Errorf("read the hub's answer: %w", err)
	}
	if o.format == "json" {
		out = h.cmd.ErrOrStderr()
	}
	tell(out, &result.Outcome, result.Batch)
	if o.report == "" {
		return nil
	}
	return o.save(h, where)
}

// settle sends the file and says how it is read.
func (o *importing) settle(h hub, where, name string, content, columns []byte) error {
	resp, err := h.Send(h.cmd.Context(), where+"/files?"+url.Values{"name": {name}}.Encode(), bytes.NewReader(content))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("read the hub's answer: %w", err)
	}
	settings := map[string]any{}
	if o.sheet != "" {
		settings["reading"] = list.Options{Sheet: o.sheet}
	}
	if columns != nil {
		settings["mapping"] = json.RawMessage(columns)
	}
	if len(settings) == 0 {
		return nil
	}
	return h.ask("PATCH", where+"/files/1", settings, nil)
}

// save writes the report.
func (o *importing) save(h hub, where string) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(o.report)), ".")
	if format != "xlsx" {
		format = "csv"
	}
	f, err := os.Create(o.report)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the report %s can't be written", o.report).WithRemedy("choose another place; the list was taken in")
	}
	err = h.Fetch(h.cmd.Context(), where+"/report?format="+format, f)
	return errors.Join(err, f.Close())
}

// summary counts what a check found.
type summary struct {
	name   string
	rows   int
	abroad int
	status map[intake.Status]int
	hard   []string // of the first rows with one
}

const shownHard = 20

func (s *summary) add(r *intake.Row) {
	s.rows++
	s.status[r.Status]++
	if r.Abroad != nil {
		s.abroad++
	}
	if len(s.hard) >= shownHard {
		return
	}
	if i := slices.IndexFunc(r.Findings, func(f claim.Finding) bool { return f.Severity == claim.Hard }); i >= 0 {
		s.hard = append(s.hard, fmt.Sprintf("%d\t%s\t%s", r.N, r.VIN, r.Findings[i].Reason))
	}
}

func (s *summary) print(out io.Writer) {
	fmt.Fprintf(out, "%s: %s\n", s.name, counted(s.rows, "row"))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, k := range intake.Statuses() {
		if n := s.status[k]; n > 0 {
			fmt.Fprintf(w, "  %s\t%d\n", k, n)
		}
	}
	_ = w.Flush() // out keeps the error
	if s.rows > 0 && s.abroad*10 > s.rows*3 {
		fmt.Fprintf(out, "%d of %d vehicles were not made for the United States, so their VINs say who made them, where and when, and little more.\n", s.abroad, s.rows)
	}
	if len(s.hard) == 0 {
		return
	}
	fmt.Fprintln(out, "\nContradicted by their VINs:")
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, h := range s.hard {
		fmt.Fprintln(w, "  "+h)
	}
	_ = w.Flush() // out keeps the error
	if len(s.hard) == shownHard {
		fmt.Fprintln(out, "  ... and perhaps more: --format json gives every row")
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// tell says what a commit did.
func tell(out io.Writer, o *intake.Outcome, batch string) {
	fmt.Fprintf(out, "Taken in: %d new, %d filled, %d replaced, %d unchanged; left out: %d.\n", o.Created, o.Filled, o.Replaced, o.Unchanged, o.Left)
	if o.Undecided > 0 {
		fmt.Fprintf(out, "%s of vehicles that are here say otherwise and wait for you: open the list in Hubcap, or import with --policy fill or overwrite.\n", counted(o.Undecided, "row"))
	}
	if o.Refused > 0 {
		fmt.Fprintf(out, "%s could not be taken:\n", counted(o.Refused, "row"))
		for _, p := range o.Problems {
			fmt.Fprintf(out, "  row %d, %s: %s\n", p.Row, p.VIN, p.Problem)
		}
	}
	if o.Created+o.Filled+o.Replaced > 0 {
		fmt.Fprintf(out, "One undo takes it back: batch %s, in Activity.\n", batch)
	}
}
