-- +goose Up
CREATE TABLE hubcap.fuel_records (
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
	CONSTRAINT fuel_records__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.fuel_records IS 'truth';
CREATE INDEX fuel_records__vehicle ON hubcap.fuel_records USING btree (org, vehicle__vehicle NULLS FIRST, vehicle__date NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.insights (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	vehicle__vehicle text COLLATE "C",
	vehicle__created timestamp with time zone,
	CONSTRAINT insights__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.insights IS 'truth';
CREATE INDEX insights__vehicle ON hubcap.insights USING btree (org, vehicle__vehicle NULLS FIRST, vehicle__created NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.jobs (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	open__ended boolean,
	open__created timestamp with time zone,
	ended__ended timestamp with time zone,
	CONSTRAINT jobs__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.jobs IS 'local';
CREATE INDEX jobs__open ON hubcap.jobs USING btree (org, open__ended NULLS FIRST, open__created NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX jobs__ended ON hubcap.jobs USING btree (org, ended__ended NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.model_orders (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT model_orders__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.model_orders IS 'truth';
CREATE TABLE hubcap.model_providers (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	name__name text COLLATE "C",
	CONSTRAINT model_providers__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.model_providers IS 'truth';
CREATE INDEX model_providers__name ON hubcap.model_providers USING btree (org, name__name NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE UNIQUE INDEX model_providers__name__unique ON hubcap.model_providers USING btree (org, name__name) WHERE (name__name IS NOT NULL);
CREATE TABLE hubcap.model_verdicts (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT model_verdicts__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.model_verdicts IS 'local';
CREATE TABLE hubcap.odometer_readings (
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
	CONSTRAINT odometer_readings__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.odometer_readings IS 'truth';
CREATE INDEX odometer_readings__vehicle ON hubcap.odometer_readings USING btree (org, vehicle__vehicle NULLS FIRST, vehicle__date NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.preferences (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT preferences__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.preferences IS 'truth';
CREATE TABLE hubcap.redecoded (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	CONSTRAINT redecoded__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.redecoded IS 'derived';
CREATE TABLE hubcap.repeated_answers (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	at__at timestamp with time zone,
	CONSTRAINT repeated_answers__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.repeated_answers IS 'local';
CREATE INDEX repeated_answers__at ON hubcap.repeated_answers USING btree (org, at__at NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.service_records (
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
	CONSTRAINT service_records__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.service_records IS 'truth';
CREATE INDEX service_records__vehicle ON hubcap.service_records USING btree (org, vehicle__vehicle NULLS FIRST, vehicle__date NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.undo (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	at__at timestamp with time zone,
	at__first boolean,
	at__trash boolean,
	subject__subject text COLLATE "C",
	subject__at timestamp with time zone,
	CONSTRAINT undo__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.undo IS 'truth';
CREATE INDEX undo__at ON hubcap.undo USING btree (org, at__at NULLS FIRST, at__first NULLS FIRST, at__trash NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX undo__subject ON hubcap.undo USING btree (org, subject__subject NULLS FIRST, subject__at NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE TABLE hubcap.vehicles (
	org text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	rev bigint NOT NULL,
	location text COLLATE "C" NOT NULL,
	grp text COLLATE "C" NOT NULL,
	owner text COLLATE "C" NOT NULL,
	crc bigint NOT NULL,
	doc json NOT NULL,
	vin__vin text COLLATE "C",
	updated__updated timestamp with time zone,
	model__make text COLLATE "C",
	model__model text COLLATE "C",
	model__year bigint,
	sample__sample boolean,
	CONSTRAINT vehicles__pkey PRIMARY KEY (org, key) INCLUDE (location, grp, owner)
);
COMMENT ON TABLE hubcap.vehicles IS 'truth';
CREATE INDEX vehicles__vin ON hubcap.vehicles USING btree (org, vin__vin NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX vehicles__updated ON hubcap.vehicles USING btree (org, updated__updated NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX vehicles__model ON hubcap.vehicles USING btree (org, model__make NULLS FIRST, model__model NULLS FIRST, model__year NULLS FIRST, key) INCLUDE (location, grp, owner);
CREATE INDEX vehicles__sample ON hubcap.vehicles USING btree (org, sample__sample NULLS FIRST, key) INCLUDE (location, grp, owner);

-- +goose Down
DROP TABLE hubcap.fuel_records;
DELETE FROM hubcap._collections WHERE name = 'fuel_records';
DROP TABLE hubcap.insights;
DELETE FROM hubcap._collections WHERE name = 'insights';
DROP TABLE hubcap.jobs;
DELETE FROM hubcap._collections WHERE name = 'jobs';
DROP TABLE hubcap.model_orders;
DELETE FROM hubcap._collections WHERE name = 'model_orders';
DROP TABLE hubcap.model_providers;
DELETE FROM hubcap._collections WHERE name = 'model_providers';
DROP TABLE hubcap.model_verdicts;
DELETE FROM hubcap._collections WHERE name = 'model_verdicts';
DROP TABLE hubcap.odometer_readings;
DELETE FROM hubcap._collections WHERE name = 'odometer_readings';
DROP TABLE hubcap.preferences;
DELETE FROM hubcap._collections WHERE name = 'preferences';
DROP TABLE hubcap.redecoded;
DELETE FROM hubcap._collections WHERE name = 'redecoded';
DROP TABLE hubcap.repeated_answers;
DELETE FROM hubcap._collections WHERE name = 'repeated_answers';
DROP TABLE hubcap.service_records;
DELETE FROM hubcap._collections WHERE name = 'service_records';
DROP TABLE hubcap.undo;
DELETE FROM hubcap._collections WHERE name = 'undo';
DROP TABLE hubcap.vehicles;
DELETE FROM hubcap._collections WHERE name = 'vehicles';
