-- +goose Up
CREATE TABLE hubcap.backup_records (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT backup_records__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.backup_records IS 'local';
CREATE TABLE hubcap.backup_targets (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	name__name text COLLATE "C",
	CONSTRAINT backup_targets__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.backup_targets IS 'truth';
CREATE INDEX backup_targets__name ON hubcap.backup_targets USING btree (org, name__name NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.leases (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT leases__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.leases IS 'local';
CREATE TABLE hubcap.restores (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT restores__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.restores IS 'truth';

-- +goose Down
DROP TABLE hubcap.backup_records;
DELETE FROM hubcap._collections WHERE name = 'backup_records';
DROP TABLE hubcap.backup_targets;
DELETE FROM hubcap._collections WHERE name = 'backup_targets';
DROP TABLE hubcap.leases;
DELETE FROM hubcap._collections WHERE name = 'leases';
DROP TABLE hubcap.restores;
DELETE FROM hubcap._collections WHERE name = 'restores';
