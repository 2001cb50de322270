//! What makes an answer a bad one, whatever was asked: a code that admits to have lost control, and words that only
//! our inside uses.

use std::collections::BTreeSet;

use tonic::{Code, Status};

/// Words of libraries, of panics, of the database, of the machine; in lower case.
const INSIDE: [&str; 27] = [
    "sqlx",
    "panicked",
    "unwrap()",
    "called `",
    "thread '",
    "backtrace",
    "postgres",
    "prost",
    "tonic",
    "hyper",
    "tokio",
    "protobuf",
    "serde",
    "jetstream",
    "nats:",
    "constraint",
    "relation \"",
    "syntax error",
    "sqlstate",
    "os error",
    "127.0.0.1",
    "/src/",
    "/home/",
    "/tmp/",
    "/usr/",
    ".rs:",
    ".cargo",
];

/// Codes that no request may bring about, however bad.
const LOST: [Code; 4] = [
    Code::Internal,
    Code::Unknown,
    Code::DataLoss,
    Code::Unavailable,
];

/// The names among those of tables that are no words of the contract as well: `people_words`, not `people`.
pub(crate) fn telling<'a>(tables: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    tables
        .filter(|table| table.contains('_'))
        .map(str::to_lowercase)
        .collect()
}

/// Everything that is bad about an answer; nothing when it is as it should be.
pub(crate) fn judge(status: &Status, tables: &BTreeSet<String>) -> Vec<String> {
    let mut bad = Vec::new();
    if LOST.contains(&status.code()) {
        bad.push(format!("answers {:?}", status.code()));
    }
    let details = String::from_utf8_lossy(status.details());
    let told = format!("{} {details}", status.message()).to_lowercase();
    for word in INSIDE {
        if told.contains(word) {
            bad.push(format!("tells {word}"));
        }
    }
    let words = told.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let named: BTreeSet<&str> = words.filter(|word| tables.contains(*word)).collect();
    bad.extend(
        named
            .into_iter()
            .map(|table| format!("tells table {table}")),
    );
    bad
}

#[test]
fn the_judge_of_answers_flags_each_kind_of_bad_one() {
    let tables = telling(["people", "people_words", "audit_leaves"].into_iter());
    let judged = |code, message: &str, details: &str| {
        let details = bytes::Bytes::copy_from_slice(details.as_bytes());
        judge(&Status::with_details(code, message, details), &tables)
    };
    for code in LOST {
        assert_eq!(judged(code, "", ""), [format!("answers {code:?}")]);
    }
    for word in INSIDE {
        let told = format!("tells {word}");
        let shout = word.to_uppercase();
        assert!(judged(Code::Aborted, &format!("so {shout} so"), "").contains(&told));
        // Details are read like the message.
        assert!(judged(Code::NotFound, "", &format!("so {word} so")).contains(&told));
    }
    for (message, expected) in [
        ("thread 'main' panicked at services/a.rs:1:2", 3),
        ("called `Option::unwrap()` on a `None` value", 2),
        (
            "error communicating with database: Connection refused (os error 111)",
            1,
        ),
        (r#"insert on table "people_words" violates"#, 1),
        ("column AUDIT_LEAVES.position", 1),
    ] {
        let bad = judged(Code::InvalidArgument, message, "");
        assert_eq!(bad.len(), expected, "{message}: {bad:?}");
    }
    for fine in [
        "not a resource name of the form `counties/{county}/people/{id}`",
        "'; drop table people;--",
        "../../etc/passwd",
        "",
    ] {
        assert!(
            judged(Code::InvalidArgument, fine, fine).is_empty(),
            "{fine}"
        );
    }
}
