-- Venues and carriers with their inspections; bus lines with every number they bore.

create table venues (
    id uuid primary key,
    version bigint not null default 1,
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    partner text not null,
    opened_on text not null,
    -- The day from which an inspection is due: the last one, the opening, or the recording.
    due_from date not null,
    last_inspected_on date,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (title_key, division)
);
create index venues_page on venues (created_at, id);

create table venue_inspections (
    id uuid primary key,
    version bigint not null default 1,
    venue uuid not null references venues (id),
    inspected_on date not null,
    finding text not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (venue, inspected_on)
);

create table carriers (
    id uuid primary key,
    version bigint not null default 1,
    kind text not null check (kind in ('screen', 'bus_stop_board')),
    title text not null check (title <> ''),
    title_key text not null check (title_key <> ''),
    place text not null,
    quantity text not null,
    installed_on text not null,
    due_from date not null,
    last_inspected_on date,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (kind, title_key, division)
);
create index carriers_page on carriers (created_at, id);

create table carrier_inspections (
    id uuid primary key,
    version bigint not null default 1,
    carrier uuid not null references carriers (id),
    inspected_on date not null,
    finding text not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (carrier, inspected_on)
);

create table bus_lines (
    id uuid primary key,
    version bigint not null default 1,
    operator text not null,
    from_on text not null,
    to_on text not null,
    first_day date,
    last_day date,
    vehicles text[] not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz
);
create index bus_lines_page on bus_lines (created_at, id);

-- The natural key of a line is any number it bore with the date it bore it from.
create table bus_line_numbers (
    id uuid primary key,
    version bigint not null default 1,
    bus_line uuid not null references bus_lines (id),
    position integer not null check (position >= 0),
    line_no text not null check (line_no <> ''),
    from_on text not null,
    from_key text not null,
    division text not null,
    created_at timestamptz not null,
    updated_at timestamptz,
    unique (line_no, division, from_key),
    unique (bus_line, position)
);
