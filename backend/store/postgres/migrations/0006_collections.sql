-- +goose Up
CREATE TABLE hubcap.attachments (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	vehicle__vehicle text COLLATE "C",
	vehicle__date text COLLATE "C",
	CONSTRAINT attachments__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.attachments IS 'truth';
CREATE INDEX attachments__vehicle ON hubcap.attachments USING btree (org, vehicle__vehicle NULLS FIRST, vehicle__date NULLS FIRST, key) INCLUDE (location, grp, owner);

-- +goose Down
DROP TABLE hubcap.attachments;
DELETE FROM hubcap._collections WHERE name = 'attachments';
