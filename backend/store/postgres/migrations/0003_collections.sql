-- +goose Up
CREATE TABLE hubcap.moves (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT moves__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.moves IS 'truth';

-- +goose Down
DROP TABLE hubcap.moves;
DELETE FROM hubcap._collections WHERE name = 'moves';
