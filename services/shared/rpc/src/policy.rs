//! Who may call what, read from the `jianyi.api.v1.policy` option of each method in the contracts.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jianyi_kernel::Fault;
use prost_reflect::{DescriptorPool, MethodDescriptor, Value};

const POLICY_OPTION: &str = "jianyi.api.v1.policy";

/// How far a grant must reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole city.
    City,
    /// The county that the request names.
    County,
    /// Anywhere.
    Any,
    /// The county that the request names, or a part of it: the database shows the rows it reaches.
    Township,
}

/// The policy of one method: what its option in the contract says, each mark by itself.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of the contract, and any combination may stand there"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodPolicy {
    /// Names of roles, e.g. `ROLE_CARE`; any one suffices.
    pub roles: Vec<String>,
    /// How far the grant must reach.
    pub scope: Scope,
    /// Whether a call leaves an audit row.
    pub audited: bool,
    /// Callable without a token.
    pub open: bool,
    /// Only for callers who proved who they are twice.
    pub second_factor: bool,
    /// Shows personal data unmasked, for a purpose that the request states.
    pub reveals: bool,
    /// Reaches people under confidentiality.
    pub sealed: bool,
    /// At most so many calls a minute of one caller.
    pub per_minute: Option<NonZeroU32>,
    /// Whether either side sends more than one message: such a call has no end to wait for.
    pub streaming: bool,
}

/// The policies of all methods, by path.
#[derive(Debug, Clone)]
pub struct Policies(BTreeMap<String, Option<MethodPolicy>>);

impl Policies {
    /// Reads every method of an encoded `FileDescriptorSet` that kept its custom options.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the bytes are not one, or lack the policy option's definition.
    pub fn from_descriptors(bytes: &[u8]) -> Result<Self, Fault> {
        let pool = DescriptorPool::decode(bytes).map_err(Fault::internal)?;
        let policy = pool
            .get_extension_by_name(POLICY_OPTION)
            .ok_or_else(|| Fault::internal("the contracts do not define the policy option"))?;
        let mut methods = BTreeMap::new();
        for service in pool.services() {
            for method in service.methods() {
                let path = format!("/{}/{}", service.full_name(), method.name());
                let options = method.options();
                let stated = options
                    .has_extension(&policy)
                    .then(|| read(&method, &options.get_extension(&policy)))
                    .flatten();
                methods.insert(path, stated);
            }
        }
        Ok(Self(methods))
    }

    /// One method that anybody may call.
    #[cfg(test)]
    pub(crate) fn open(path: &str, streaming: bool) -> Self {
        let policy = MethodPolicy {
            roles: Vec::new(),
            scope: Scope::Any,
            audited: false,
            second_factor: false,
            reveals: false,
            sealed: false,
            open: true,
            per_minute: NonZeroU32::new(2),
            streaming,
        };
        Self(BTreeMap::from([(path.to_owned(), Some(policy))]))
    }

    /// The policy of a method by its path `/package.Service/Method`. The outer `None`: no such method;
    /// the inner: it states no policy and is refused to everybody.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<Option<&MethodPolicy>> {
        self.0.get(path).map(Option::as_ref)
    }

    /// Whether either side of a method sends more than one message; reflection does, and watching health.
    #[must_use]
    pub fn streams(&self, path: &str) -> bool {
        match self.of(path) {
            Some(Some(policy)) => policy.streaming,
            Some(None) | None => {
                path.starts_with("/grpc.reflection.") || path == "/grpc.health.v1.Health/Watch"
            }
        }
    }

    /// All methods with their policies, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&MethodPolicy>)> {
        self.0
            .iter()
            .map(|(path, policy)| (path.as_str(), policy.as_ref()))
    }
}

fn read(method: &MethodDescriptor, value: &Value) -> Option<MethodPolicy> {
    let message = value.as_message()?;
    let flag = |name: &str| {
        message
            .get_field_by_name(name)
            .and_then(|value| value.as_bool())
            .unwrap_or(false)
    };
    let pool = method.parent_pool();
    let role_names = pool.get_enum_by_name("jianyi.api.v1.Role")?;
    let roles = message
        .get_field_by_name("roles")?
        .as_list()?
        .iter()
        .filter_map(Value::as_enum_number)
        .filter(|number| *number != 0)
        .filter_map(|number| {
            role_names
                .get_value(number)
                .map(|value| value.name().to_owned())
        })
        .collect();
    let scope = match message
        .get_field_by_name("scope")
        .and_then(|value| value.as_enum_number())
    {
        Some(2) => Scope::County,
        Some(3) => Scope::Any,
        Some(4) => Scope::Township,
        _ => Scope::City,
    };
    Some(MethodPolicy {
        roles,
        scope,
        audited: flag("audited"),
        open: flag("open"),
        second_factor: flag("second_factor"),
        reveals: flag("reveals"),
        sealed: flag("sealed"),
        per_minute: message
            .get_field_by_name("per_minute")
            .and_then(|value| value.as_i32())
            .and_then(|number| u32::try_from(number).ok())
            .and_then(NonZeroU32::new),
        streaming: method.is_client_streaming() || method.is_server_streaming(),
    })
}
