-- +goose Up
CREATE TABLE hubcap.claim_aliases (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT claim_aliases__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.claim_aliases IS 'truth';
CREATE TABLE hubcap.import_templates (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT import_templates__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.import_templates IS 'truth';
CREATE TABLE hubcap.intake_edits (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	intake__intake text COLLATE "C",
	CONSTRAINT intake_edits__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.intake_edits IS 'truth';
CREATE INDEX intake_edits__intake ON hubcap.intake_edits USING btree (org, intake__intake NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.intakes (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	removed__removed boolean,
	removed__created timestamp with time zone,
	CONSTRAINT intakes__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.intakes IS 'truth';
CREATE INDEX intakes__removed ON hubcap.intakes USING btree (org, removed__removed NULLS FIRST, removed__created NULLS FIRST, key) INCLUDE (location, grp, owner);

-- +goose Down
DROP TABLE hubcap.claim_aliases;
DELETE FROM hubcap._collections WHERE name = 'claim_aliases';
DROP TABLE hubcap.import_templates;
DELETE FROM hubcap._collections WHERE name = 'import_templates';
DROP TABLE hubcap.intake_edits;
DELETE FROM hubcap._collections WHERE name = 'intake_edits';
DROP TABLE hubcap.intakes;
DELETE FROM hubcap._collections WHERE name = 'intakes';
