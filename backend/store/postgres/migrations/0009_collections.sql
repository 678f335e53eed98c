-- +goose Up
CREATE TABLE hubcap.views (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	owner__owner text COLLATE "C",
	CONSTRAINT views__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.views IS 'truth';
CREATE INDEX views__owner ON hubcap.views USING btree (org, owner__owner NULLS FIRST, key) INCLUDE (location, grp, owner);

-- +goose Down
DROP TABLE hubcap.views;
DELETE FROM hubcap._collections WHERE name = 'views';
