//! The directions of the architecture: who may depend on whom, and what each layer may not mention.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

const SERVICES: [&str; 6] = [
    "member",
    "care",
    "donation",
    "publicity",
    "oversight",
    "identity",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Every Rust file below a folder: path from the root, and the text without its inline tests.
fn files(below: &str) -> BTreeMap<String, String> {
    files_ending(below, "rs")
        .into_iter()
        .map(|(name, text)| {
            let without_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
            (name, without_tests.to_owned())
        })
        .collect()
}

/// Every file with this ending below a folder, but for what others made: path from the root, and the text.
fn files_ending(below: &str, ending: &str) -> BTreeMap<String, String> {
    fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("node_modules") {
                    collect(&path, ending, found);
                }
            } else if path
                .extension()
                .is_some_and(|extension| extension == ending)
            {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(below), ending, &mut found);
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy();
            let text = std::fs::read_to_string(&path).unwrap();
            (name.into_owned(), text)
        })
        .collect()
}

/// Lines of code, without comments, that mention one of the words.
fn mentions(text: &str, words: &[&str]) -> Vec<String> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter(|line| words.iter().any(|word| line.contains(word)))
        .map(|line| line.trim().to_owned())
        .collect()
}

fn forbid(below: &str, words: &[&str], why: &str) {
    for (file, text) in files(below) {
        let found = mentions(&text, words);
        assert!(found.is_empty(), "{file}: {why}\n{}", found.join("\n"));
    }
}

#[test]
fn the_dependency_graph() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .unwrap();
    let mut graph = String::new();
    let mut packages = metadata.packages;
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    for package in packages {
        let mut edges: Vec<String> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.name.starts_with("jianyi-"))
            .map(|dependency| {
                if dependency.kind == DependencyKind::Development {
                    format!("{} (dev)", dependency.name)
                } else {
                    dependency.name.clone()
                }
            })
            .collect();
        edges.sort();
        writeln!(graph, "{}", package.name).unwrap();
        for edge in edges {
            writeln!(graph, "    {edge}").unwrap();
        }
    }
    insta::assert_snapshot!("dependency_graph", graph);
}

#[test]
fn no_service_knows_another_and_no_shared_crate_knows_a_service() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .unwrap();
    let services: Vec<String> = SERVICES
        .iter()
        .chain(&["gateway", "standalone"])
        .map(|name| format!("jianyi-{name}"))
        .collect();
    for package in metadata.packages {
        let name = package.name.to_string();
        if name == "jianyi-standalone" || name == "jianyi-tests" {
            continue;
        }
        for dependency in package.dependencies {
            assert!(
                !services.contains(&dependency.name),
                "{name} depends on {}",
                dependency.name
            );
            let gateway_on_db = name == "jianyi-gateway" && dependency.name == "jianyi-db";
            assert!(!gateway_on_db, "the gateway has no database");
        }
    }
}

#[test]
fn the_domain_is_pure() {
    for service in SERVICES {
        let words = [
            "async ",
            ".await",
            "tokio::",
            "tonic::",
            "async_nats",
            "prost::",
            "sqlx::query",
            "PgConnection",
            "now_utc",
        ];
        forbid(
            &format!("services/{service}/src/domain"),
            &words,
            "the domain takes time and ids as arguments and waits for nothing",
        );
    }
}

#[test]
fn the_store_is_sql_and_nothing_else_is() {
    for service in SERVICES {
        forbid(
            &format!("services/{service}/src/store"),
            &["crate::usecase", "crate::api"],
            "the store knows nothing above it",
        );
        for layer in ["domain", "usecase", "api", "inbox"] {
            let sql = ["sqlx::query", "query!(", "query_as!(", "query_scalar!("];
            forbid(
                &format!("services/{service}/src/{layer}"),
                &sql,
                "SQL lives in store/ only",
            );
        }
    }
}

/// Whoever writes about people passes the fence first: otherwise two counties could write about one person (ADR 0020).
#[test]
fn m31_no_command_on_people_forgets_the_fence() {
    // Registering somebody new has nobody to ask about; the veil is drawn by commands that have passed.
    let exempt = ["create_person.rs", "veil.rs", "fence.rs"];
    let mut fenced = 0;
    for (file, text) in files("services/member/src/usecase") {
        let tables = [
            "people",
            "people_words",
            "roles",
            "heroes",
            "consents",
            "subject_requests",
            "seal_releases",
        ];
        let reads = [
            "get(",
            "get_kept(",
            "list(",
            "list_of(",
            "lock(",
            "lock_of(",
            "find(",
            "find_same(",
            "find_natural(",
            "search(",
            "hold(",
            "standing(",
            "purposes(",
            "working_days(",
        ];
        let writes = tables.iter().any(|table| {
            text.split(&format!("store::{table}::"))
                .skip(1)
                .any(|call| {
                    let name = call.trim_start_matches(|c: char| c.is_lowercase() || c == '_');
                    name.starts_with('(') && !reads.iter().any(|read| call.starts_with(read))
                })
        }) || text.contains("veil::");
        if !writes || exempt.iter().any(|name| file.ends_with(name)) {
            continue;
        }
        fenced += 1;
        let fence = text
            .find("fence::person(")
            .or_else(|| text.find("fence::behind("));
        let fence = fence.unwrap_or_else(|| panic!("{file} writes about people without the fence"));
        // The person is locked before anything that hangs from them: two commands never wait for each other
        // crosswise, and nothing that was read is old.
        let first = text
            .find("store::")
            .filter(|at| text[..*at].contains("uow"));
        assert!(
            first.is_none_or(|first| fence < first),
            "{file} asks the store before it has passed the fence"
        );
    }
    assert!(fenced >= 12, "only {fenced} commands were found");
}

#[test]
fn the_api_does_not_publish_and_use_cases_call_nobody() {
    for service in SERVICES {
        forbid(
            &format!("services/{service}/src/api"),
            &["jianyi_bus"],
            "events are emitted by units of work",
        );
        let calls = ["_client::", "connect_lazy", "Channel"];
        forbid(
            &format!("services/{service}/src/usecase"),
            &calls,
            "no network call while a unit of work is open",
        );
    }
}

#[test]
fn shared_crates_know_no_business_noun() {
    let nouns = [
        "Hero",
        "Donation",
        "Volunteer",
        "Campaign",
        "hero",
        "donation",
        "campaign",
    ];
    for part in [
        "kernel",
        "vault",
        "witness",
        "telemetry",
        "rpc",
        "db",
        "bus",
        "tunnel",
        "ops",
    ] {
        forbid(
            &format!("services/shared/{part}/src"),
            &nouns,
            "a shared crate speaks of no business noun",
        );
    }
}

#[test]
fn every_crate_is_under_the_workspace_lints() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .unwrap();
    for package in metadata.packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{}",
            package.name
        );
    }
}

#[test]
fn modules_are_files_beside_their_folders_and_say_what_they_are() {
    for (file, text) in files("services").into_iter().chain(files("proto/src")) {
        assert!(!file.ends_with("/mod.rs"), "{file}");
        assert!(
            text.starts_with("//!"),
            "{file} does not say what it is and why"
        );
    }
}

/// What an instance of the version before would miss, in a statement of a migration.
fn takes_away(statement: &str) -> Option<&'static str> {
    let changes_a_table = says(statement, &["alter", "table"]);
    if says(statement, &["drop", "table"]) || says(statement, &["drop", "view"]) {
        return Some("drops a table");
    }
    statement
        .split(',')
        .filter(|_| changes_a_table)
        .find_map(takes_away_of_a_table)
}

fn takes_away_of_a_table(clause: &str) -> Option<&'static str> {
    if says(clause, &["drop", "column"]) {
        Some("drops a column")
    } else if says(clause, &["rename"]) {
        Some("renames")
    } else if says(clause, &["set", "not", "null"]) {
        Some("makes mandatory")
    } else if says(clause, &["alter", "*", "type"])
        || says(clause, &["alter", "column", "*", "type"])
    {
        Some("changes a type")
    } else {
        let filled = says(clause, &["default"]) || says(clause, &["generated"]);
        (says(clause, &["add", "column"]) && says(clause, &["not", "null"]) && !filled)
            .then_some("adds what the version before does not fill in")
    }
}

/// Whether these words follow each other in it; `*` is any word.
fn says(text: &str, phrase: &[&str]) -> bool {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(phrase.len()).any(|window| {
        window
            .iter()
            .zip(phrase)
            .all(|(word, wanted)| *wanted == "*" || word == wanted)
    })
}

#[test]
fn a_migration_that_takes_something_away_is_called_contract() {
    // Older than the first release: no version before them ever ran beside them.
    const BEFORE_THE_FIRST_RELEASE: [&str; 4] = [
        "services/identity/migrations/0003_sessions_grants_second_factor.sql",
        "services/member/migrations/0008_key_count_statements_by_meaning.sql",
        "services/member/migrations/0009_scope_people.sql",
        "services/oversight/migrations/0003_key_count_statements_by_meaning.sql",
    ];
    let mut found = Vec::new();
    for (file, text) in files_ending("services", "sql") {
        if !file.contains("/migrations/") || file.contains("_contract_") {
            continue;
        }
        let text: Vec<&str> = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .collect();
        let text = text.join("\n").to_lowercase();
        found.extend(
            text.split(';')
                .find_map(takes_away)
                .map(|what| (file.clone(), what)),
        );
    }
    let named: Vec<&str> = found.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(
        named, BEFORE_THE_FIRST_RELEASE,
        "call it NNNN_contract_… (ADR 0024): {found:?}"
    );
    for (statement, what) in [
        ("alter table people drop column phone", "drops a column"),
        ("alter table people rename column a to b", "renames"),
        (
            "alter table people alter column a type integer",
            "changes a type",
        ),
        (
            "alter table people alter column a set not null",
            "makes mandatory",
        ),
        (
            "alter table people add column a text not null",
            "adds what the version before does not fill in",
        ),
    ] {
        assert_eq!(takes_away(statement), Some(what));
    }
    assert_eq!(
        takes_away("alter table people add column a text not null default ''"),
        None
    );
}

#[test]
fn nothing_is_left_to_do_later() {
    for (file, text) in files("services")
        .into_iter()
        .chain(files("tests/src"))
        .chain(files("proto/src"))
    {
        for word in ["TODO", "FIXME", "XXX", "unimplemented!", "todo!"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
}

/// Not a gate: the longest files, for the eye of whoever runs this.
#[test]
fn the_longest_files() {
    let mut lengths: Vec<(usize, String)> = files("services")
        .into_iter()
        .map(|(file, text)| (text.lines().count(), file))
        .collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    for (lines, file) in lengths.iter().take(10) {
        println!("{lines:>5} {file}");
    }
    assert!(!lengths.is_empty());
}
