-- +goose Up
CREATE TABLE hubcap.watched_files (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	at__at timestamp with time zone,
	CONSTRAINT watched_files__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.watched_files IS 'local';
CREATE INDEX watched_files__at ON hubcap.watched_files USING btree (org, at__at NULLS FIRST, key) INCLUDE (location, grp, owner);

-- +goose Down
DROP TABLE hubcap.watched_files;
DELETE FROM hubcap._collections WHERE name = 'watched_files';
