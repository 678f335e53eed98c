-- +goose Up
CREATE TABLE hubcap.audit (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	event__event text COLLATE "C",
	event__n bigint,
	actor__actor text COLLATE "C",
	actor__n bigint,
	subject__subject text COLLATE "C",
	subject__n bigint,
	CONSTRAINT audit__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.audit IS 'truth';
CREATE INDEX audit__event ON hubcap.audit USING btree (org, event__event NULLS FIRST, event__n NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX audit__actor ON hubcap.audit USING btree (org, actor__actor NULLS FIRST, actor__n NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX audit__subject ON hubcap.audit USING btree (org, subject__subject NULLS FIRST, subject__n NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.authority (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT authority__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.authority IS 'truth';
CREATE TABLE hubcap.factor_uses (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT factor_uses__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.factor_uses IS 'local';
CREATE TABLE hubcap.invitations (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	user__user text COLLATE "C",
	CONSTRAINT invitations__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.invitations IS 'truth';
CREATE INDEX invitations__user ON hubcap.invitations USING btree (org, user__user NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.sessions (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT sessions__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.sessions IS 'local';
CREATE TABLE hubcap.signin_providers (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT signin_providers__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.signin_providers IS 'truth';
CREATE TABLE hubcap.trusted_devices (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	user__user text COLLATE "C",
	CONSTRAINT trusted_devices__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.trusted_devices IS 'local';
CREATE INDEX trusted_devices__user ON hubcap.trusted_devices USING btree (org, user__user NULLS FIRST, key) INCLUDE (location, grp, owner);

-- +goose Down
DROP TABLE hubcap.audit;
DELETE FROM hubcap._collections WHERE name = 'audit';
DROP TABLE hubcap.authority;
DELETE FROM hubcap._collections WHERE name = 'authority';
DROP TABLE hubcap.factor_uses;
DELETE FROM hubcap._collections WHERE name = 'factor_uses';
DROP TABLE hubcap.invitations;
DELETE FROM hubcap._collections WHERE name = 'invitations';
DROP TABLE hubcap.sessions;
DELETE FROM hubcap._collections WHERE name = 'sessions';
DROP TABLE hubcap.signin_providers;
DELETE FROM hubcap._collections WHERE name = 'signin_providers';
DROP TABLE hubcap.trusted_devices;
DELETE FROM hubcap._collections WHERE name = 'trusted_devices';
