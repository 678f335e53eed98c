-- +goose Up
CREATE TABLE hubcap.api_keys (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	user__user text COLLATE "C",
	user__created timestamp with time zone,
	CONSTRAINT api_keys__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.api_keys IS 'truth';
CREATE INDEX api_keys__user ON hubcap.api_keys USING btree (org, user__user NULLS FIRST, user__created NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.key_uses (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT key_uses__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.key_uses IS 'local';
CREATE TABLE hubcap.organisations (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT organisations__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.organisations IS 'truth';
CREATE TABLE hubcap.roles (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT roles__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.roles IS 'truth';
CREATE TABLE hubcap.users (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	login__login text COLLATE "C",
	CONSTRAINT users__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.users IS 'truth';
CREATE INDEX users__login ON hubcap.users USING btree (org, login__login NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE UNIQUE INDEX users__login__unique ON hubcap.users USING btree (org, login__login) WHERE (login__login IS NOT NULL);

-- +goose Down
DROP TABLE hubcap.api_keys;
DELETE FROM hubcap._collections WHERE name = 'api_keys';
DROP TABLE hubcap.key_uses;
DELETE FROM hubcap._collections WHERE name = 'key_uses';
DROP TABLE hubcap.organisations;
DELETE FROM hubcap._collections WHERE name = 'organisations';
DROP TABLE hubcap.roles;
DELETE FROM hubcap._collections WHERE name = 'roles';
DROP TABLE hubcap.users;
DELETE FROM hubcap._collections WHERE name = 'users';
