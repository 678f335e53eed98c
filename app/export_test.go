package app

import "github.com/hubcap-dev/hubcap/backend/account"

// Accounts lets a test make what no route makes: a second organisation.
func (a *App) Accounts() *account.Accounts { return a.accounts }
