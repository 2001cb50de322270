-- What the association plans, decides, assesses and receives. Natural keys keep a fact from being recorded twice.

create table goals (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    title text not null,
    goal_group text not null check (goal_group in ('coverage', 'improvement')),
    ordinal integer not null check (ordinal > 0),
    valid_from_year integer not null,
    sources text[] not null,
    locations text[] not null,
    unique (title, valid_from_year)
);

create table plans (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    year integer not null,
    title text not null,
    adopted_on text not null,
    sources text[] not null,
    locations text[] not null,
    unique (year, title)
);

create table plan_tasks (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    plan_id uuid not null references plans,
    ordinal integer not null check (ordinal > 0),
    title text not null,
    owner text not null,
    state text not null check (state in ('not_started', 'in_progress', 'done', 'dropped')),
    milestones jsonb not null,
    evidence text[] not null,
    sources text[] not null,
    locations text[] not null,
    unique (plan_id, ordinal)
);

create table governance_bodies (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null check (kind in ('council', 'supervisors', 'assembly')),
    term integer not null check (term > 0),
    formed_on text not null,
    sources text[] not null,
    locations text[] not null,
    unique (kind, term)
);

create table meetings (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    body_id uuid not null references governance_bodies,
    number integer not null check (number > 0),
    held_on text not null,
    place text not null,
    attendees text not null,
    quorum text not null,
    sources text[] not null,
    locations text[] not null,
    unique (body_id, number)
);

create table documents (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    title text not null,
    kind text not null check (kind in ('work_points', 'rules', 'financial_report', 'work_report', 'other')),
    for_year integer not null,
    dated_on text not null,
    sources text[] not null,
    locations text[] not null,
    unique (title, for_year)
);

create table resolutions (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    meeting_id uuid not null references meetings,
    document_id uuid not null references documents,
    decision text not null check (decision in ('adopted', 'rejected')),
    sources text[] not null,
    locations text[] not null,
    unique (meeting_id, document_id)
);

-- `indicators` is null when no source gives them: an unknown rubric is not an empty one.
create table rubrics (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    year integer not null,
    title text not null,
    based_on uuid references documents,
    published_on text not null,
    state text not null check (state in ('draft', 'published')),
    indicators jsonb,
    sources text[] not null,
    locations text[] not null,
    unique (year, title)
);

create table scores (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    rubric_id uuid not null references rubrics,
    division text not null,
    points_hundredths bigint,
    evidence text[] not null,
    scored_on text not null,
    sources text[] not null,
    locations text[] not null,
    unique (rubric_id, division)
);

create table study_pairs (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null unique check (kind in ('theory', 'policy', 'profession', 'discipline')),
    since text not null,
    sources text[] not null,
    locations text[] not null
);

create table study_sessions (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null check (kind in ('theory', 'policy', 'profession', 'discipline')),
    held_on text not null,
    title text not null,
    division text not null,
    attendance text not null,
    sources text[] not null,
    locations text[] not null,
    unique (kind, held_on, division, title)
);

create table chronicle_projects (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    title text not null unique,
    sources text[] not null,
    locations text[] not null
);

create table chronicle_stages (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    chronicle_id uuid not null references chronicle_projects,
    stage text not null check (stage in ('started', 'drafted', 'reviewed', 'final', 'printed')),
    reached_on text not null,
    sources text[] not null,
    locations text[] not null,
    unique (chronicle_id, stage)
);

create table honours (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    kind text not null check (kind in ('typical_speech', 'standing', 'other')),
    title text not null,
    received_on text not null,
    peers text not null,
    granting_body text not null,
    occasion text not null,
    division text not null,
    sources text[] not null,
    locations text[] not null,
    unique (kind, title, received_on)
);

create table count_statements (
    id uuid primary key,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz,
    subject text not null,
    division text not null,
    count text not null,
    unit text not null,
    as_of text not null,
    sources text[] not null,
    locations text[] not null,
    unique (subject, division, as_of, sources)
);
