-- Documents that come with a request (document), the bytes they share (blob), and what became of the address of the
-- délibération (deliberation_fetch). The bytes themselves are in a folder or an S3 store, named by their SHA-256.

create table blob (
    sha256 text not null primary key,
    size integer not null,
    kept_at text not null,
    -- Since when no document has these bytes; forgotten a day later.
    unused_since text
);
create index blob_unused on blob (unused_since) where unused_since is not null;

create table document (
    id blob not null primary key,
    habilitation_id blob not null references habilitation (id),
    sha256 text not null references blob (sha256),
    -- 'address', 'instructeur' or 'demandeur'.
    origin text not null,
    -- 'pdf' or 'html', by its bytes.
    format text not null,
    file_name text not null,
    -- Where it was fetched.
    address text,
    -- Name of the instructeur.
    author text,
    at text not null,
    -- What was extracted, then what reading it showed.
    content text,
    reading text,
    read_at text,
    unique (habilitation_id, origin, sha256)
);
create index document_by_habilitation on document (habilitation_id, at);
create index document_by_blob on document (sha256);
create index document_to_read on document (at) where reading is null;

create table deliberation_fetch (
    habilitation_id blob not null primary key references habilitation (id),
    address text not null,
    at text not null,
    -- 'kept', or 'failed'.
    outcome text not null,
    -- What happened, in French.
    note text not null
);
