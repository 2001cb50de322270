//! All reasons that errors may give: programs of others decide by them, so a change must be seen.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::source::rust_files;

/// `"UPPER_SNAKE"` literals of code outside tests.
fn reasons(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let literal = |word: &&str| {
        word.len() > 4
            && word.contains('_')
            && word
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            && !word.starts_with("ROLE_")
            && !word.starts_with("JIANYI_")
    };
    code.split('"')
        .skip(1)
        .step_by(2)
        .filter(literal)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_reasons_of_errors() {
    let mut catalogue = String::new();
    for part in [
        "shared/kernel",
        "shared/rpc",
        "shared/db",
        "shared/tunnel",
        "member",
        "care",
        "donation",
        "publicity",
        "oversight",
        "identity",
        "gateway",
    ] {
        let found: BTreeSet<String> = rust_files(&format!("services/{part}/src"))
            .iter()
            .flat_map(|(_, text)| reasons(text))
            .collect();
        writeln!(catalogue, "{part}").unwrap();
        for reason in found {
            writeln!(catalogue, "    {reason}").unwrap();
        }
    }
    insta::assert_snapshot!("error_reasons", catalogue);
}
