//! Every figure that goes to the collector, in one list: what dashboards and alerts may ask for.
//!
//! Names follow OpenTelemetry's conventions where there is one, and begin with `jianyi.` where there is none.

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How long something takes, in seconds.
    Durations,
    /// What is looked up now and then.
    Level,
    /// What adds up over all who report it, and may sink.
    Sum,
    /// What only grows.
    Counter,
}

/// A figure.
#[derive(Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its unit as UCUM writes it; `{event}` and the like count things.
    pub unit: &'static str,
    /// What it says.
    pub what: &'static str,
    /// What it is told apart by. Each has few values, known beforehand: never an id, never anything that a caller
    /// wrote. Other labels are not sent.
    pub labels: &'static [&'static str],
}

/// The instance, as operators call it: several may share one process.
pub const INSTANCE: &str = "jianyi.instance";
/// A county by its code.
pub const COUNTY: &str = "county.code";
/// A durable consumer by its name.
pub const CONSUMER: &str = "messaging.consumer.group.name";
/// `postgresql` or `nats`.
pub const DEPENDENCY: &str = "jianyi.dependency";
/// A method by its full name; [`OTHER`] where the contracts know none.
pub const METHOD: &str = "rpc.method";
/// Anything that a caller made up, as the conventions call it.
pub const OTHER: &str = "_OTHER";
/// How a call ended, `OK` or `NOT_FOUND`.
pub const STATUS: &str = "rpc.response.status_code";
/// `idle` or `used`.
pub const CONNECTION_STATE: &str = "db.client.connection.state";
/// Whose connections: the instance's database.
pub const POOL: &str = "db.client.connection.pool.name";

/// Calls: how many, how they end, how long they take.
pub const CALL_DURATION: Figure = Figure {
    name: "rpc.server.call.duration",
    kind: Kind::Durations,
    unit: "s",
    what: "How long calls take that come in.",
    labels: &[INSTANCE, METHOD, STATUS],
};

/// Connections to the database.
pub const CONNECTIONS: Figure = Figure {
    name: "db.client.connection.count",
    kind: Kind::Sum,
    unit: "{connection}",
    what: "Connections to the database, idle and used.",
    labels: &[INSTANCE, POOL, CONNECTION_STATE],
};

/// How many of them there may be.
pub const CONNECTIONS_MAX: Figure = Figure {
    name: "db.client.connection.max",
    kind: Kind::Sum,
    unit: "{connection}",
    what: "Connections to the database that there may be.",
    labels: &[INSTANCE, POOL],
};

/// Events that are committed and not published.
pub const OUTBOX_PENDING: Figure = Figure {
    name: "jianyi.outbox.pending",
    kind: Kind::Level,
    unit: "{event}",
    what: "Events that are committed and not yet published.",
    labels: &[INSTANCE],
};

/// How long the oldest of them waits.
pub const OUTBOX_AGE: Figure = Figure {
    name: "jianyi.outbox.age",
    kind: Kind::Level,
    unit: "s",
    what: "Age of the oldest event that is not yet published; 0 when there is none.",
    labels: &[INSTANCE],
};

/// Events that a consumer has not got.
pub const CONSUMER_PENDING: Figure = Figure {
    name: "jianyi.consumer.pending",
    kind: Kind::Level,
    unit: "{event}",
    what: "Events not yet delivered to a consumer.",
    labels: &[INSTANCE, CONSUMER],
};

/// Events that a consumer has got and not handled.
pub const CONSUMER_IN_FLIGHT: Figure = Figure {
    name: "jianyi.consumer.in_flight",
    kind: Kind::Level,
    unit: "{event}",
    what: "Events delivered to a consumer and not yet acknowledged.",
    labels: &[INSTANCE, CONSUMER],
};

/// How long a consumer works on an event.
pub const PROCESS_DURATION: Figure = Figure {
    name: "messaging.process.duration",
    kind: Kind::Durations,
    unit: "s",
    what: "How long a consumer takes for the events it got at once, up to their commit.",
    labels: &[INSTANCE, CONSUMER],
};

/// Events that were set aside.
pub const DEAD_LETTERS: Figure = Figure {
    name: "jianyi.dead_letters",
    kind: Kind::Level,
    unit: "{event}",
    what: "Events that were set aside and wait for an operator.",
    labels: &[INSTANCE],
};

/// Whether the instance has what it lives on.
pub const DEPENDENCY_UP: Figure = Figure {
    name: "jianyi.dependency.up",
    kind: Kind::Level,
    unit: "{dependency}",
    what: "1 while the instance reaches its database, or the bus, else 0.",
    labels: &[INSTANCE, DEPENDENCY],
};

/// How old the newest event is that a county's figures rest on.
pub const WATERMARK_AGE: Figure = Figure {
    name: "jianyi.watermark.age",
    kind: Kind::Level,
    unit: "s",
    what: "Age of a county's last event that was applied: how old its figures are.",
    labels: &[INSTANCE, COUNTY],
};

/// Whether a county answers.
pub const COUNTY_REACHABLE: Figure = Figure {
    name: "jianyi.county.reachable",
    kind: Kind::Level,
    unit: "{county}",
    what: "1 when a county with a site of its own answered when it was last asked, else 0.",
    labels: &[INSTANCE, COUNTY],
};

/// What a county has said and nobody here has heard.
pub const COUNTY_LAG: Figure = Figure {
    name: "jianyi.county.lag",
    kind: Kind::Level,
    unit: "{event}",
    what: "Events that a county with a site of its own has published and that are not applied here.",
    labels: &[INSTANCE, COUNTY],
};

/// What is missing of a county.
pub const COUNTY_GAP: Figure = Figure {
    name: "jianyi.county.gap",
    kind: Kind::Level,
    unit: "{event}",
    what: "Events of a county that are missing here although later ones were applied.",
    labels: &[INSTANCE, COUNTY],
};

/// All of them.
pub const ALL: [&Figure; 14] = [
    &CALL_DURATION,
    &CONNECTIONS,
    &CONNECTIONS_MAX,
    &OUTBOX_PENDING,
    &OUTBOX_AGE,
    &CONSUMER_PENDING,
    &CONSUMER_IN_FLIGHT,
    &PROCESS_DURATION,
    &DEAD_LETTERS,
    &DEPENDENCY_UP,
    &WATERMARK_AGE,
    &COUNTY_REACHABLE,
    &COUNTY_LAG,
    &COUNTY_GAP,
];
