-- What every store has, whatever it keeps: the change log and its head, how
-- far followers have come, what is known of each collection.

-- +goose Up

-- One row: where the log stands. Who writes truth holds its lock.
CREATE TABLE hubcap._head (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	epoch text COLLATE "C" NOT NULL,
	seq bigint NOT NULL,
	at bigint NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE hubcap._head IS 'the sequence and time (microseconds since 1970) of the last change';
INSERT INTO hubcap._head (epoch, seq, at)
	VALUES (substr(md5(gen_random_uuid()::text), 1, 16), 0, 0);

-- One row: who writes derived and local collections holds its lock. cursor
-- is the key that cursors are sealed with.
CREATE TABLE hubcap._local (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	cursor bytea NOT NULL
);
INSERT INTO hubcap._local (cursor)
	VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

CREATE TABLE hubcap._log (
	seq bigint PRIMARY KEY,
	tx bigint NOT NULL,
	last boolean NOT NULL,
	at timestamp with time zone NOT NULL,
	org text COLLATE "C" NOT NULL,
	collection text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	change bytea NOT NULL
);
COMMENT ON COLUMN hubcap._log.change IS 'the bytes of docs/formats/store.md, as backups hold them';

CREATE TABLE hubcap._followers (
	name text COLLATE "C" PRIMARY KEY,
	epoch text COLLATE "C" NOT NULL,
	seq bigint NOT NULL,
	max_lag bigint NOT NULL
);

-- What was last declared of a collection: the greatest schema number of its
-- documents, and the indexes whose columns are filled.
CREATE TABLE hubcap._collections (
	name text COLLATE "C" PRIMARY KEY,
	schema integer NOT NULL,
	built jsonb NOT NULL
);

-- +goose Down
DROP TABLE hubcap._collections;
DROP TABLE hubcap._followers;
DROP TABLE hubcap._log;
DROP TABLE hubcap._local;
DROP TABLE hubcap._head;
