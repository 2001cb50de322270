//! All events with their fields, and who listens to which: the catalogue that other systems build on.

use std::fmt::Write as _;

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_standalone::world::service_spec;
use prost_reflect::{DescriptorPool, Kind};

const CONTEXTS: [&str; 6] = [
    "member",
    "care",
    "donation",
    "publicity",
    "oversight",
    "identity",
];

#[test]
fn the_event_catalogue() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let mut catalogue = String::new();
    // Every service tells of its audit log, so that context has no service of its own.
    for context in CONTEXTS.into_iter().chain(["audit"]) {
        assert!(context == "audit" || service_spec(context).is_some());
        let package = format!("jianyi.{context}.events.v1");
        for message in pool
            .all_messages()
            .filter(|message| message.package_name() == package)
        {
            writeln!(catalogue, "{}", message.full_name()).unwrap();
            for field in message.fields() {
                let kind = field.kind();
                let named = kind.as_message().map(|inner| inner.full_name().to_owned());
                let named =
                    named.or_else(|| kind.as_enum().map(|inner| inner.full_name().to_owned()));
                let kind = named.unwrap_or_else(|| format!("{kind:?}").to_lowercase());
                let many = if field.is_list() { "repeated " } else { "" };
                writeln!(
                    catalogue,
                    "    {} {}: {many}{kind}",
                    field.number(),
                    field.name()
                )
                .unwrap();
            }
        }
    }
    insta::assert_snapshot!("event_catalogue", catalogue);
}

#[test]
fn every_event_begins_with_its_fact() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    for message in pool
        .all_messages()
        .filter(|message| message.package_name().contains(".events."))
    {
        let first = message
            .get_field(1)
            .unwrap_or_else(|| panic!("{} has no field 1", message.full_name()));
        assert_eq!(first.name(), "fact", "{}", message.full_name());
        assert!(
            matches!(first.kind(), Kind::Message(inner) if inner.full_name() == "jianyi.api.v1.Fact")
        );
    }
}
