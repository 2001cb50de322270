//! Who sees personal data: every sensitive field says how it is covered, and it is uncovered in one kind of
//! method only.

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::Policies;
use prost_reflect::DescriptorPool;

use crate::source::rust_files;

/// Services whose handlers are looked at.
const SERVICES: &str = "services";

#[test]
fn g02_every_sensitive_field_says_how_it_is_masked() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let option = |name: &str| pool.get_extension_by_name(name).unwrap();
    let (sensitive, mask) = (
        option("jianyi.api.v1.sensitive"),
        option("jianyi.api.v1.mask"),
    );
    let mut seen = 0;
    for message in pool.all_messages() {
        for field in message.fields() {
            let options = field.options();
            if options.get_extension(&sensitive).as_bool() == Some(true) {
                seen += 1;
                assert!(
                    options.has_extension(&mask),
                    "{} is sensitive and does not say how it is masked",
                    field.full_name()
                );
            }
        }
    }
    assert!(seen > 20, "sensitive fields were found");
}

/// Hands people the copy of their data that they asked for (G22): the request itself is the purpose.
const COPY: &str = "FulfilSubjectRequest";

#[test]
fn g05_what_reveals_takes_a_purpose_a_second_factor_and_leaves_a_record() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let mut reveals = 0;
    for service in pool.services() {
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            let Some(policy) = policies.of(&path).flatten() else {
                continue;
            };
            assert_eq!(
                policy.reveals,
                method.name().starts_with("Reveal") || method.name() == COPY,
                "{path}: what reveals is called so, and only that"
            );
            if policy.reveals {
                reveals += 1;
                assert!(policy.audited, "{path} leaves no record");
                assert!(policy.second_factor, "{path} takes a password alone");
                assert!(
                    method.name() == COPY || method.input().get_field_by_name("purpose").is_some(),
                    "{path} does not ask what for"
                );
                let program = ["ROLE_OPERATOR", "ROLE_AGENCY", "ROLE_PUBLIC"];
                assert!(
                    !policy
                        .roles
                        .iter()
                        .any(|role| program.contains(&role.as_str())),
                    "{path} is for people of the association"
                );
            }
        }
    }
    assert!(reveals >= 6, "methods that reveal were found");
}

/// Names of the methods in a handler file that answer unmasked, and of those that answer masked.
fn answers(text: &str) -> Vec<(String, bool)> {
    let mut method = String::new();
    let mut answers = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("async fn ") {
            method = rest.split(['(', '<']).next().unwrap().to_owned();
        }
        let table = ["read ", "write ", "reveal "]
            .into_iter()
            .find_map(|kind| Some((kind, line.strip_prefix(kind)?)));
        if let Some((kind, rest)) = table {
            answers.push((
                rest.split('(').next().unwrap().to_owned(),
                kind == "reveal ",
            ));
        } else if line.contains("=>") || method.is_empty() {
            // An arm of the table's own macro, checked by its lines.
        } else if line.contains("answer_revealed(") {
            answers.push((method.clone(), true));
        } else if line.contains("answer(") {
            answers.push((method.clone(), false));
        }
    }
    answers
}

#[test]
fn g05_only_methods_that_reveal_answer_unmasked() {
    let mut reveals = 0;
    for (path, text) in rust_files(SERVICES) {
        if path.contains("/shared/") || !path.ends_with("/src/api.rs") {
            assert!(
                path.contains("/shared/") || !text.contains("answer_revealed("),
                "{path} answers unmasked outside of the table of methods"
            );
            continue;
        }
        for (method, unmasked) in answers(&text) {
            let reveals_by_name =
                method.starts_with("reveal_") || method == "fulfil_subject_request";
            assert_eq!(unmasked, reveals_by_name, "{path}: {method}");
            reveals += usize::from(unmasked);
        }
    }
    assert!(reveals >= 6, "methods that reveal were found: {reveals}");
}
