package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/rest"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

func keyCommand(version string) *cobra.Command {
	return family("key", "Look after the API keys of programs",
		"Look after the API keys of programs. A key acts as an account, within the permissions and the\n"+
			"reach that it was made with, and is shown once.",
		keyCreate(version), keyList(version), keyRevoke(version))
}

func keyCreate(version string) *cobra.Command {
	var login, role string
	var permissions, from []string
	var days, rate int
	var where reachFlags
	cmd := onHub(version, "create NAME", "Make an API key and print it, once", 1, "the name of the program", func(h hub, args []string) (any, func(io.Writer), error) {
		reach, err := where.reach()
		if err != nil {
			return nil, nil, err
		}
		u, err := h.keyAccount(args[0], login, role)
		if err != nil {
			return nil, nil, err
		}
		d := account.KeyDraft{User: u.ID, Name: args[0], Addresses: from, Rate: rate}
		for _, p := range permissions {
			d.Permissions = append(d.Permissions, account.Permission(p))
		}
		if len(d.Permissions) == 0 {
			r, err := h.role(u.Role)
			if err != nil {
				return nil, nil, err
			}
			d.Permissions = r.Permissions
		}
		if reach.Kind != account.ReachAll {
			d.Reach = &reach
		}
		if days > 0 {
			end := store.Moment(time.Now().AddDate(0, 0, days))
			d.Expires = &end
		}
		var out struct {
			Key   rest.Key `json:"key"`
			Token string   `json:"token"`
		}
		err = h.ask("POST", "/api/v1/keys", d, &out)
		return out, func(w io.Writer) { fmt.Fprintln(w, out.Token) }, err
	})
	cmd.Long = "Make an API key and print it, once: only its hash is kept. Without --account the key gets a program's\naccount of its own, by its name."
	cmd.Flags().StringVar(&login, "account", "", "login of the account that the key acts as")
	cmd.Flags().StringVar(&role, "role", account.IntegrationRole, "role of the program's account, where one is made")
	cmd.Flags().StringSliceVar(&permissions, "permission", nil, "permissions of the key, separated by commas; all of its account's if left out")
	cmd.Flags().StringSliceVar(&from, "from", nil, "address ranges that it may come from, such as 192.168.1.0/24")
	cmd.Flags().IntVar(&days, "days", 0, "days until it expires; 0 is never")
	cmd.Flags().IntVar(&rate, "rate", 0, "requests a minute; 0 is the hub's own limit")
	where.add(cmd)
	return cmd
}

// keyAccount finds the account of a key, or makes one for a program.
func (h hub) keyAccount(name, login, role string) (rest.User, error) {
	if login != "" {
		return h.user(login)
	}
	login = strings.ReplaceAll(account.FoldLogin(name), " ", "-")
	u, err := h.user(login)
	switch {
	case err == nil && u.Kind != actor.Service:
		return u, fault.New(fault.Conflict, "%q is a person's account", login).WithRemedy("name the account with --account, or choose another name")
	case err == nil || !fault.Is(err, fault.NotFound):
		return u, err
	}
	r, err := h.role(role)
	if err != nil {
		return u, err
	}
	return u, h.ask("POST", "/api/v1/users", account.UserDraft{Kind: actor.Service, Login: login, Name: name, Role: r.ID, Reach: account.Everything()}, &u)
}

// keys lists everybody's keys.
func (h hub) keys() ([]rest.Key, error) {
	var list struct {
		Items []rest.Key `json:"items"`
	}
	return list.Items, h.ask("GET", "/api/v1/keys?all=true", nil, &list)
}

func keyList(version string) *cobra.Command {
	return onHub(version, "list", "List API keys, the newest first", 0, "no argument", func(h hub, _ []string) (any, func(io.Writer), error) {
		list, err := h.keys()
		return list, func(w io.Writer) {
			if len(list) == 0 {
				fmt.Fprintln(w, "There are no API keys. `hubcap key create NAME` makes one.")
				return
			}
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "KEY\tNAME\tACCOUNT\tPERMISSIONS\tLAST USED\tSTATE")
			for _, k := range list {
				names := make([]string, len(k.Permissions))
				for i, p := range k.Permissions {
					names[i] = string(p)
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", k.Prefix, k.Name, k.UserName, strings.Join(names, ","), moment(k.LastUsed, "never"), keyState(k))
			}
			_ = t.Flush() // w keeps the error
		}, err
	})
}

func moment(t *store.Timestamp, none string) string {
	if t == nil {
		return none
	}
	return t.Time.Format("2006-01-02 15:04")
}

func keyState(k rest.Key) string {
	now := time.Now()
	switch {
	case k.Ended != nil && !k.Ended.After(now):
		return "ended"
	case k.Ended != nil:
		return "ends " + moment(k.Ended, "")
	case k.Expires != nil && !k.Expires.After(now):
		return "expired"
	case k.Expires != nil:
		return "until " + moment(k.Expires, "")
	}
	return "works"
}

func keyRevoke(version string) *cobra.Command {
	return onHub(version, "revoke KEY", "End an API key at once", 1, "a key's beginning, name or id", func(h hub, args []string) (any, func(io.Writer), error) {
		list, err := h.keys()
		if err != nil {
			return nil, nil, err
		}
		var found []rest.Key
		for _, k := range list {
			if k.ID == args[0] || k.Prefix == args[0] || k.Name == args[0] && (k.Ended == nil || k.Ended.After(time.Now())) {
				found = append(found, k)
			}
		}
		switch len(found) {
		case 0:
			return nil, nil, fault.New(fault.NotFound, "there is no key %q", args[0]).WithRemedy("`hubcap key list` names them")
		case 1:
		default:
			return nil, nil, fault.New(fault.Invalid, "%d keys are called %q", len(found), args[0]).WithRemedy("name one by its beginning, such as %s", found[0].Prefix)
		}
		err = h.ask("DELETE", "/api/v1/keys/"+found[0].ID, nil, nil)
		return found[0], func(w io.Writer) { fmt.Fprintf(w, "%s (%s) opens nothing any more.\n", found[0].Prefix, found[0].Name) }, err
	})
}
