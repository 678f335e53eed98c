package audit

// Event names what happened, in two words with a dot. The set is open: who
// records an event declares it as a constant of this type.
type Event string

// The events that this package and its neighbours write.
const (
	DataChanged Event = "data.changed" // a transaction wrote documents
	Trimmed     Event = "audit.trimmed"

	SignedIn        Event = "signin.succeeded"
	SignInFailed    Event = "signin.failed" // counted
	SignedOut       Event = "signin.ended"
	SessionRevoked  Event = "session.revoked"
	PasswordChanged Event = "password.changed"
	PasswordReset   Event = "password.reset"
	MFAAdded        Event = "mfa.added"
	MFARemoved      Event = "mfa.removed"
	BackupCodeUsed  Event = "mfa.backup_code_used"
	AccessDenied    Event = "access.denied" // counted
	AccessLimited   Event = "access.limited"
	UserAdded       Event = "user.added"
	UserInvited     Event = "user.invited"
	UserChanged     Event = "user.changed"
	UserDisabled    Event = "user.disabled"
	RoleChanged     Event = "role.changed"
	KeyCreated      Event = "key.created"
	KeyRotated      Event = "key.rotated"
	KeyRevoked      Event = "key.revoked"
	Exported        Event = "data.exported"
	AuditExported   Event = "audit.exported"
	VaultRotated    Event = "vault.rotated"

	BackupSetUp             Event = "backup.set_up"
	BackupRecoveryRenewed   Event = "backup.recovery_renewed"
	BackupPassphraseChanged Event = "backup.passphrase_changed"
	BackupResumed           Event = "backup.resumed"
	BackupKeyRotated        Event = "backup.key_rotated"
	BackupRestored          Event = "backup.restored" // into a copy beside the store
	CopyChosen              Event = "backup.copy_chosen"

	SettingsChanged Event = "settings.changed"
)

// Subject is what an event is about.
type Subject struct {
	Kind string `json:"kind,omitempty"` // a word of the field or a collection: "user", "vehicles"
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"` // for people
}

// Happening is what a caller says of an event. Texts are cut to a bounded
// length and cleaned of control characters.
type Happening struct {
	Event   Event
	Subject Subject
	Note    string
}
