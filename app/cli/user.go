package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/app"
	"github.com/hubcap-dev/hubcap/app/config"
	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/telemetry"
)

func userCommand(version string) *cobra.Command {
	return family("user", "Look after the accounts of people",
		"Look after the accounts of people. Whoever can run this on the hub's own machine may do\n"+
			"everything: it is also the way back in for an owner who has lost every key.",
		userAdd(version), userList(version), userRole(version),
		userSwitch(version, "disable", "Keep an account out, at once; nothing of it is lost", true),
		userSwitch(version, "enable", "Let a disabled account in again", false),
		userReset(version))
}

// hub is the hub of a data folder as long as a command asks it.
type hub struct {
	*app.Reached
	cmd *cobra.Command
}

func (h hub) Close() { _ = h.Reached.Close() } // what was asked for has been answered

func (h hub) ask(method, where string, in, out any, header ...string) error {
	return h.Ask(h.cmd.Context(), method, where, in, out, header...)
}

// onHub makes a command that asks the hub of a data folder, running or not.
func onHub(version, use, short string, n int, what string, do func(h hub, args []string) (any, func(io.Writer), error)) *cobra.Command {
	settings := []string{"data", "db", "db-replica", "vault-keyring", "log.format"}
	return working(use, short, n, what, settings, func(cmd *cobra.Command, cfg config.Config) (hub, error) {
		r, err := app.Reach(cmd.Context(), cfg, app.Options{Version: version, Log: telemetry.Logger(cmd.ErrOrStderr(), "error", cfg.LogFormat)})
		return hub{r, cmd}, err
	}, func(_ *cobra.Command, h hub, args []string) (any, func(io.Writer), error) { return do(h, args) })
}

// users lists all accounts.
func (h hub) users() ([]rest.User, error) {
	var list struct {
		Items []rest.User `json:"items"`
	}
	return list.Items, h.ask("GET", "/api/v1/users", nil, &list)
}

// user finds an account by its login or id.
func (h hub) user(name string) (rest.User, error) {
	list, err := h.users()
	if err != nil {
		return rest.User{}, err
	}
	for _, u := range list {
		if u.ID == name || u.Login == account.FoldLogin(name) {
			return u, nil
		}
	}
	return rest.User{}, fault.New(fault.NotFound, "there is no account %q", name).WithRemedy("`hubcap user list` names them")
}

// role finds a role by its id or name.
func (h hub) role(name string) (account.Role, error) {
	var list struct {
		Items []account.Role `json:"items"`
	}
	if err := h.ask("GET", "/api/v1/roles", nil, &list); err != nil {
		return account.Role{}, err
	}
	var known []string
	for _, r := range list.Items {
		if r.ID == name || strings.EqualFold(r.Name, name) {
			return r, nil
		}
		known = append(known, r.Name)
	}
	return account.Role{}, fault.New(fault.NotFound, "there is no role %q", name).WithRemedy("use one of %s", strings.Join(known, ", "))
}

// reachFlags draw a reach.
type reachFlags struct {
	locations, groups []string
	own               bool
}

func (f *reachFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.locations, "location", nil, "vehicles of this location alone; repeat it for more")
	cmd.Flags().StringArrayVar(&f.groups, "group", nil, "vehicles of this group alone; repeat it for more")
	cmd.Flags().BoolVar(&f.own, "own", false, "their own vehicles alone")
}

func (f *reachFlags) reach() (account.Reach, error) {
	var given []account.Reach
	if len(f.locations) > 0 {
		given = append(given, account.Reach{Kind: account.ReachLocations, Places: f.locations})
	}
	if len(f.groups) > 0 {
		given = append(given, account.Reach{Kind: account.ReachGroups, Places: f.groups})
	}
	if f.own {
		given = append(given, account.Reach{Kind: account.ReachOwn})
	}
	switch len(given) {
	case 0:
		return account.Everything(), nil
	case 1:
		return given[0], nil
	}
	return account.Reach{}, usageError{fmt.Errorf("give locations, or groups, or --own, not several of them")}
}

func userAdd(version string) *cobra.Command {
	var name, role string
	var where reachFlags
	cmd := onHub(version, "add LOGIN", "Make an account and a link by which its person sets a password", 1, "one login", func(h hub, args []string) (any, func(io.Writer), error) {
		reach, err := where.reach()
		if err != nil {
			return nil, nil, err
		}
		r, err := h.role(role)
		if err != nil {
			return nil, nil, err
		}
		if name == "" {
			name = args[0]
		}
		var out struct {
			User rest.User `json:"user"`
			Link rest.Link `json:"link"`
		}
		if err := h.ask("POST", "/api/v1/users", account.UserDraft{Login: args[0], Name: name, Role: r.ID, Reach: reach}, &out.User); err != nil {
			return nil, nil, err
		}
		err = h.ask("POST", "/api/v1/users/"+out.User.ID+"/invite", nil, &out.Link)
		return out, func(w io.Writer) {
			fmt.Fprintf(w, "%s is %s here.\n", out.User.Login, out.User.RoleName)
			writeLink(w, out.Link)
		}, err
	})
	cmd.Flags().StringVar(&name, "name", "", "the person's name; the login if left out")
	cmd.Flags().StringVar(&role, "role", account.ViewerRole, "name of a role")
	where.add(cmd)
	return cmd
}

func writeLink(w io.Writer, l rest.Link) {
	if l.Here {
		fmt.Fprintf(w, "The hub does not face the network, so this opens on this computer alone, while the hub runs.\n")
	}
	fmt.Fprintf(w, "To set a password, open once until %s:\n  %s\n", l.Expires.Time.Format("2006-01-02 15:04 MST"), l.Link)
}

func userList(version string) *cobra.Command {
	return onHub(version, "list", "List accounts", 0, "no argument", func(h hub, _ []string) (any, func(io.Writer), error) {
		list, err := h.users()
		return list, func(w io.Writer) {
			if len(list) == 0 {
				fmt.Fprintln(w, "Nobody has an account yet: whoever holds this computer may do everything. `hubcap user add LOGIN --role owner` makes the first.")
				return
			}
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "LOGIN\tNAME\tROLE\tREACH\tSIGNS IN WITH")
			for _, u := range list {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", u.Login, u.Name, u.RoleName, reachText(u.Reach), proofs(u))
			}
			_ = t.Flush() // w keeps the error
		}, err
	})
}

func reachText(r account.Reach) string {
	switch r.Kind {
	case account.ReachAll:
		return "everything"
	case account.ReachOwn:
		return "their own"
	}
	return strings.Join(r.Places, ", ")
}

func proofs(u rest.User) string {
	var with []string
	for _, p := range []struct {
		has  bool
		name string
	}{{u.Password, "password"}, {u.TOTP, "app"}, {u.Passkeys > 0, "passkey"}, {u.Outside > 0, "provider"}} {
		if p.has {
			with = append(with, p.name)
		}
	}
	switch {
	case u.Disabled:
		return "disabled"
	case u.Kind == "service":
		return "API keys"
	case len(with) == 0:
		return "nothing yet"
	}
	return strings.Join(with, " + ")
}

// set changes an account as do says.
func (h hub) set(name string, do func(*account.UserDraft) error) (rest.User, error) {
	u, err := h.user(name)
	if err != nil {
		return u, err
	}
	d := account.UserDraft{Login: u.Login, Name: u.Name, Role: u.Role, Reach: u.Reach, Disabled: u.Disabled}
	if err := do(&d); err != nil {
		return u, err
	}
	return u, h.ask("PUT", "/api/v1/users/"+u.ID, d, &u, "If-Match", strconv.Quote(strconv.FormatInt(u.Rev, 10)))
}

func userRole(version string) *cobra.Command {
	var where reachFlags
	cmd := onHub(version, "role LOGIN ROLE", "Give an account another role, over everything or what the flags say", 2, "a login and a role", func(h hub, args []string) (any, func(io.Writer), error) {
		reach, err := where.reach()
		if err != nil {
			return nil, nil, err
		}
		u, err := h.set(args[0], func(d *account.UserDraft) error {
			r, err := h.role(args[1])
			d.Role, d.Reach = r.ID, reach
			return err
		})
		return u, func(w io.Writer) {
			fmt.Fprintf(w, "%s is %s now, over %s. It holds from the next request on.\n", u.Login, u.RoleName, reachText(u.Reach))
		}, err
	})
	where.add(cmd)
	return cmd
}

func userSwitch(version, use, short string, off bool) *cobra.Command {
	return onHub(version, use+" LOGIN", short, 1, "one login", func(h hub, args []string) (any, func(io.Writer), error) {
		u, err := h.set(args[0], func(d *account.UserDraft) error { d.Disabled = off; return nil })
		return u, func(w io.Writer) {
			if off {
				fmt.Fprintf(w, "%s can't come in any more; open pages of it have ended.\n", u.Login)
				return
			}
			fmt.Fprintf(w, "%s can come in again.\n", u.Login)
		}, err
	})
}

func userReset(version string) *cobra.Command {
	keepSecond := false
	cmd := onHub(version, "reset LOGIN", "Take password and second factors off an account and make a link to set a new one", 1, "one login", func(h hub, args []string) (any, func(io.Writer), error) {
		u, err := h.user(args[0])
		if err != nil {
			return nil, nil, err
		}
		var out struct {
			Link *rest.Link `json:"link"`
		}
		err = h.ask("POST", "/api/v1/users/"+u.ID+"/reset", map[string]bool{"password": true, "second": !keepSecond}, &out)
		return out, func(w io.Writer) {
			fmt.Fprintf(w, "%s is signed out everywhere.\n", u.Login)
			if out.Link != nil {
				writeLink(w, *out.Link)
			}
		}, err
	})
	cmd.Flags().BoolVar(&keepSecond, "keep-second-factor", false, "reset the password alone")
	return cmd
}
