//! Which kinds of record there are: every `Create…` method of a context whose resource has a provenance.
//!
//! Accounts and other things without a provenance are not facts and cannot come from a data file.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::uri::PathAndQuery;
use prost_reflect::{
    DescriptorPool, FieldDescriptor, Kind as FieldKind, MessageDescriptor, MethodDescriptor,
};

use super::LoadError;

/// Fields of a resource that the service fills in.
pub(super) const GIVEN_BY_SERVICE: [&str; 4] = ["name", "create_time", "etag", "provenance"];

/// What a record of a kind stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    /// Nothing.
    None,
    /// A county, written `county = "410611"`.
    County,
    /// Another record, written `parent = "@key"`.
    Resource,
}

/// A kind of record and the method that creates it.
#[derive(Debug)]
pub(super) struct Kind {
    /// `publicity.Event`
    pub(super) name: String,
    /// `/jianyi.publicity.v1.PublicityService/CreateEvent`
    pub(super) path: PathAndQuery,
    pub(super) request: MessageDescriptor,
    /// The field of the request that holds the resource.
    pub(super) body: FieldDescriptor,
    pub(super) resource: MessageDescriptor,
    pub(super) parent: Parent,
}

/// All kinds by name.
#[derive(Debug)]
pub(super) struct Catalogue(BTreeMap<String, Arc<Kind>>);

impl Catalogue {
    /// Reads the contracts built into this program.
    pub(super) fn new() -> Result<Self, LoadError> {
        let pool = DescriptorPool::decode(jianyi_proto::DESCRIPTOR_SET)
            .map_err(|error| LoadError::Contracts(error.to_string()))?;
        let mut kinds = BTreeMap::new();
        for service in pool.services() {
            let Some(context) = context_of(service.full_name()) else {
                continue;
            };
            for method in service.methods() {
                if let Some(kind) = kind_of(context, &method) {
                    kinds.insert(kind.name.clone(), Arc::new(kind));
                }
            }
        }
        Ok(Self(kinds))
    }

    /// The kind of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<Kind>> {
        self.0.get(name)
    }

    /// Names of the kinds of one context, or the contexts when there is no such context.
    pub(super) fn like(&self, name: &str) -> String {
        let context = name.split('.').next().unwrap_or_default();
        let of_context: Vec<&str> = self
            .0
            .keys()
            .filter(|kind| kind.split('.').next() == Some(context))
            .map(String::as_str)
            .collect();
        if !of_context.is_empty() {
            return of_context.join(", ");
        }
        let mut contexts: Vec<&str> = self
            .0
            .keys()
            .filter_map(|kind| kind.split('.').next())
            .collect();
        contexts.dedup();
        contexts.join(", ")
    }
}

/// `publicity` of `jianyi.publicity.v1.PublicityService`.
fn context_of(service: &str) -> Option<&str> {
    let (context, name) = service.strip_prefix("jianyi.")?.split_once(".v1.")?;
    name.strip_suffix("Service")?
        .eq_ignore_ascii_case(context)
        .then_some(context)
}

fn kind_of(context: &str, method: &MethodDescriptor) -> Option<Kind> {
    let resource_name = method.name().strip_prefix("Create")?;
    let request = method.input();
    request.get_field_by_name("request_id")?;
    let body = request
        .fields()
        .find(|field| matches!(field.kind(), FieldKind::Message(_)))?;
    let FieldKind::Message(resource) = body.kind() else {
        return None;
    };
    if resource != method.output() || resource.get_field_by_name("provenance").is_none() {
        return None;
    }
    let parent = if request.get_field_by_name("parent").is_none() || !listed_under_parent(method) {
        Parent::None
    } else if context == "member" {
        Parent::County
    } else {
        Parent::Resource
    };
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    Some(Kind {
        name: format!("{context}.{resource_name}"),
        path: PathAndQuery::try_from(path).ok()?,
        request,
        body,
        resource,
        parent,
    })
}

/// Whether the resource's `List…` takes a parent too: some `Create…` requests have the field by
/// convention only, and there it means nothing.
fn listed_under_parent(create: &MethodDescriptor) -> bool {
    create.parent_service().methods().any(|method| {
        method.name().starts_with("List")
            && method.input().get_field_by_name("parent").is_some()
            && method
                .output()
                .fields()
                .any(|field| field.is_list() && field.kind() == FieldKind::Message(create.output()))
    })
}
