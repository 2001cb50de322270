//! Events are copied and kept: no field in them may hold personal data, nor a free text that could.

use jianyi_proto::DESCRIPTOR_SET;
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor};

/// Words that a field of an event may not contain.
const FORBIDDEN: [&str; 16] = [
    "name", "phone", "mobile", "citizen", "id_card", "address", "birth", "sex", "title", "text",
    "note", "place", "health", "bank", "email", "ground",
];

/// Text fields that events do carry: resource names, codes and dates, by construction ASCII.
const CODES: [&str; 45] = [
    "division",
    "on",
    "sources",
    "org_unit",
    "parent",
    "person",
    "role",
    "hero",
    "statement",
    "subject",
    "activity",
    "destinations",
    "round",
    "policy",
    "grant",
    "request",
    "fund",
    "campaign",
    "phase",
    "donation",
    "reason",
    "obligation",
    "audit",
    "item",
    "regulation",
    "outlet",
    "post",
    "session",
    "event",
    "venue",
    "carrier",
    "bus_line",
    "line_no",
    "exchange",
    "document",
    "story",
    "goal",
    "plan",
    "task",
    "body",
    "meeting",
    "resolution",
    "rubric",
    "score",
    "pair",
];
const MORE_CODES: [&str; 15] = [
    "account",
    "closed_by",
    "chronicle",
    "honour",
    "record",
    "instance",
    "hash",
    "consent",
    "purpose",
    "heroes",
    "handover",
    "recipient",
    "former",
    "signing_key",
    // Where a county's service is: a host and a port, refused with anything else in it.
    "url",
];
/// Bytes that events do carry: hashes over keyed hashes, a public key, a signature, and what only the recipient opens.
const DIGESTS: [&str; 5] = ["root", "previous_root", "public_key", "signature", "parcel"];

fn check(message: &MessageDescriptor, seen: &mut Vec<String>) {
    if seen.iter().any(|name| name == message.full_name()) {
        return;
    }
    seen.push(message.full_name().to_owned());
    for field in message.fields() {
        let name = field.name();
        for word in FORBIDDEN {
            assert!(
                !name.contains(word),
                "{}.{name} looks like personal data or free text",
                message.full_name()
            );
        }
        let kind = field.kind();
        assert!(
            kind != Kind::Bytes || DIGESTS.contains(&name),
            "{}.{name} is opaque bytes",
            message.full_name()
        );
        assert!(
            kind != Kind::String || CODES.contains(&name) || MORE_CODES.contains(&name),
            "{}.{name} is a text field that is not known to hold a code; see this test",
            message.full_name()
        );
        if let Kind::Message(inner) = kind {
            check(&inner, seen);
        }
    }
}

#[test]
fn g09_events_carry_ids_and_no_personal_data() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let mut seen = Vec::new();
    for message in pool
        .all_messages()
        .filter(|message| message.package_name().contains(".events."))
    {
        check(&message, &mut seen);
    }
    assert!(seen.len() > 40, "the events were found");
}

#[test]
fn g09_personal_fields_of_the_api_are_marked() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let sensitive = pool
        .get_extension_by_name("jianyi.api.v1.sensitive")
        .unwrap();
    for message in pool
        .all_messages()
        .filter(|message| message.package_name().starts_with("jianyi."))
    {
        for field in message.fields() {
            let personal = [
                "full_name",
                "citizen_id",
                "phone",
                "password",
                "birth_date",
                "leader_name",
            ];
            let marked = field
                .options()
                .get_extension(&sensitive)
                .as_bool()
                .unwrap_or(false);
            if personal.contains(&field.name()) && matches!(field.kind(), Kind::String) {
                assert!(
                    marked,
                    "{}.{} is not marked sensitive",
                    message.full_name(),
                    field.name()
                );
            }
        }
    }
}
