//! The house style of the contracts, as far as a machine can see it.

use jianyi_proto::DESCRIPTOR_SET;
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::FileDescriptorProto;

fn ours(pool: &DescriptorPool) -> Vec<FileDescriptorProto> {
    pool.files()
        .filter(|file| file.package_name().starts_with("jianyi."))
        .map(|file| file.file_descriptor_proto().clone())
        .collect()
}

/// Paths (as protobuf's source info counts them) of everything that must carry a comment.
fn elements(file: &FileDescriptorProto) -> Vec<(Vec<i32>, String)> {
    let index = |at: usize| i32::try_from(at).unwrap();
    let mut paths = Vec::new();
    for (m, message) in file.message_type.iter().enumerate() {
        paths.push((vec![4, index(m)], message.name().to_owned()));
        for (f, field) in message.field.iter().enumerate() {
            paths.push((
                vec![4, index(m), 2, index(f)],
                format!("{}.{}", message.name(), field.name()),
            ));
        }
    }
    for (e, enumeration) in file.enum_type.iter().enumerate() {
        paths.push((vec![5, index(e)], enumeration.name().to_owned()));
        for (v, value) in enumeration.value.iter().enumerate() {
            paths.push((vec![5, index(e), 2, index(v)], value.name().to_owned()));
        }
    }
    for (s, service) in file.service.iter().enumerate() {
        paths.push((vec![6, index(s)], service.name().to_owned()));
        for (m, method) in service.method.iter().enumerate() {
            paths.push((
                vec![6, index(s), 2, index(m)],
                format!("{}.{}", service.name(), method.name()),
            ));
        }
    }
    paths
}

#[test]
fn every_element_of_the_contracts_is_explained() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let mut silent = Vec::new();
    for file in ours(&pool) {
        let info = file.source_code_info.clone().unwrap_or_default();
        for (path, name) in elements(&file) {
            let explained = info.location.iter().any(|location| {
                location.path == path
                    && (!location.leading_comments().trim().is_empty()
                        || !location.trailing_comments().trim().is_empty())
            });
            if !explained {
                silent.push(format!("{}: {name}", file.name()));
            }
        }
    }
    assert!(
        silent.is_empty(),
        "without a comment:\n{}",
        silent.join("\n")
    );
}

#[test]
fn every_mutation_takes_a_request_id() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    for service in pool
        .services()
        .filter(|service| service.full_name().starts_with("jianyi."))
    {
        for method in service.methods() {
            let verbs = [
                "Create", "Update", "Close", "Cancel", "End", "Revoke", "Seal", "Record", "Pay",
                "Submit", "Import",
            ];
            if verbs.iter().any(|verb| method.name().starts_with(verb)) {
                assert!(
                    method.input().get_field_by_name("request_id").is_some(),
                    "{} cannot be repeated safely: it has no request_id",
                    method.full_name()
                );
            }
        }
    }
}

#[test]
fn every_list_is_paged() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    // These lists are short by nature: services, divisions, sites and branches of one city, a year's chronicle, a person's consents.
    let short = [
        "ListServiceStatus",
        "ListDeadLetters",
        "ListDivisions",
        "ListChronicleEntries",
        "ListAccounts",
        "ListConsentPurposes",
        "ListConsents",
        "ListSubjectRequests",
        "ListSessions",
        "ListClients",
        "ListBreakGlass",
        "ListCountyStatus",
        "ListBranches",
    ];
    for service in pool
        .services()
        .filter(|service| service.full_name().starts_with("jianyi."))
    {
        for method in service
            .methods()
            .filter(|method| method.name().starts_with("List"))
        {
            if !short.contains(&method.name()) {
                for field in ["page_size", "page_token"] {
                    assert!(
                        method.input().get_field_by_name(field).is_some(),
                        "{} lacks {field}",
                        method.full_name()
                    );
                }
                assert!(
                    method
                        .output()
                        .get_field_by_name("next_page_token")
                        .is_some(),
                    "{}",
                    method.full_name()
                );
            }
        }
    }
}
