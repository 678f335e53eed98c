package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// RecoverySheet is the recovery key, told once.
type RecoverySheet struct {
	targets.Sheet
	QR string `json:"qr" doc:"the key as a QR code, SVG"`
}

// RecoveryWord is a word of the sheet that a person enters again.
type RecoveryWord struct {
	At   int    `json:"at" minimum:"1" maximum:"20" doc:"its place on the sheet, from 1"`
	Word string `json:"word" maxLength:"20"`
}

type sheetAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         RecoverySheet
}

func answerSheet(s targets.Sheet, err error) (*sheetAnswer, error) {
	if err != nil {
		return nil, err
	}
	qr, err := lan.SVG(s.Text)
	if err != nil {
		return nil, err
	}
	return &sheetAnswer{"no-store", RecoverySheet{s, string(qr)}}, nil
}

// registerBackupKeys adds what has to do with the keys of a backup.
func registerBackupKeys(api huma.API, d Deps, answer func(context.Context, string, error) (*backupAnswer, error)) {
	tags := []string{"backups"}
	post := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/api/v1/backups/{id}/" + path, Tags: tags, DefaultStatus: http.StatusOK, Summary: summary}
	}
	huma.Register(api, post("initBackup", "init", "Make a new backup in this place under a passphrase; the answer holds the recovery key, which is not told again"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Passphrase string `json:"passphrase" minLength:"12" maxLength:"1000"`
			}
		}) (*sheetAnswer, error) {
			c := caller(ctx)
			return answerSheet(d.Backups.Init(ctx, c.Scope, c.Actor, in.ID, in.Body.Passphrase))
		})
	huma.Register(api, post("joinBackup", "join", "Open the backup that is in this place already, and write into it beside the hubs that do"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Secret string `json:"secret" minLength:"1" maxLength:"1000" doc:"its passphrase, or its recovery key"`
			}
		}) (*backupAnswer, error) {
			c := caller(ctx)
			return answer(ctx, in.ID, d.Backups.Join(ctx, c.Scope, c.Actor, in.ID, in.Body.Secret))
		})
	huma.Register(api, post("confirmBackup", "confirm", "Confirm that the recovery sheet was written down: the two words that were asked for"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Words []RecoveryWord `json:"words" maxItems:"4"`
			}
		}) (*backupAnswer, error) {
			c := caller(ctx)
			words := map[int]string{}
			for _, w := range in.Body.Words {
				words[w.At] = w.Word
			}
			return answer(ctx, in.ID, d.Backups.Confirm(ctx, c.Scope, c.Actor, in.ID, words))
		})
	huma.Register(api, post("renewRecovery", "recovery", "Make another recovery key, which is told once; the old one opens the backup no more"),
		func(ctx context.Context, in *BackupPath) (*sheetAnswer, error) {
			c := caller(ctx)
			return answerSheet(d.Backups.NewRecovery(ctx, c.Scope, c.Actor, in.ID))
		})
	huma.Register(api, post("changePassphrase", "passphrase", "Change the passphrase of a backup"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Passphrase string `json:"passphrase" minLength:"12" maxLength:"1000"`
			}
		}) (*backupAnswer, error) {
			c := caller(ctx)
			return answer(ctx, in.ID, d.Backups.ChangePassphrase(ctx, c.Scope, c.Actor, in.ID, in.Body.Passphrase))
		})
	huma.Register(api, post("resumeBackup", "resume", "After a restore: continue the backup with this store, or begin a new one beside it"),
		func(ctx context.Context, in *struct {
			BackupPath
			Body struct {
				Anew bool `json:"anew" doc:"begin a new one beside it; false continues it and shuts out the hub that wrote it before"`
			}
		}) (*backupAnswer, error) {
			c := caller(ctx)
			return answer(ctx, in.ID, d.Backups.Resume(ctx, c.Scope, c.Actor, in.ID, in.Body.Anew))
		})
}
