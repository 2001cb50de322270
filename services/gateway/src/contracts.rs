//! The contracts as data: which methods there are, what they take and answer, and who may call them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jianyi_kernel::{Fault, Violation};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::{MethodPolicy, Policies};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};

/// Descriptors and policies of all methods, by path.
#[derive(Debug, Clone)]
pub(crate) struct Contracts {
    pool: DescriptorPool,
    methods: Arc<BTreeMap<String, MethodDescriptor>>,
    policies: Arc<Policies>,
}

impl Contracts {
    /// Reads the contracts that this program was built with.
    pub(crate) fn embedded() -> Result<Self, Fault> {
        let pool = DescriptorPool::decode(DESCRIPTOR_SET).map_err(Fault::internal)?;
        let methods = pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .map(|method| {
                (
                    format!("/{}/{}", method.parent_service().full_name(), method.name()),
                    method,
                )
            })
            .collect();
        let policies = Arc::new(Policies::from_descriptors(DESCRIPTOR_SET)?);
        Ok(Self {
            pool,
            methods: Arc::new(methods),
            policies,
        })
    }

    pub(crate) const fn policies(&self) -> &Arc<Policies> {
        &self.policies
    }

    /// The method at a path.
    pub(crate) fn method(&self, path: &str) -> Option<Method> {
        let descriptor = self.methods.get(path)?.clone();
        let policy = self.policies.of(path)??.clone();
        Some(Method {
            path: path.to_owned(),
            descriptor,
            policy,
        })
    }

    /// A message's descriptor by its full name.
    pub(crate) fn message(&self, full_name: &str) -> Option<MessageDescriptor> {
        self.pool.get_message_by_name(full_name)
    }

    /// Whether an event of this type, by full name, is in the contracts.
    pub(crate) fn knows_event(&self, full_name: &str) -> bool {
        full_name.contains(".events.v1.") && self.message(full_name).is_some()
    }
}

/// One method.
#[derive(Debug, Clone)]
pub(crate) struct Method {
    pub(crate) path: String,
    pub(crate) descriptor: MethodDescriptor,
    pub(crate) policy: MethodPolicy,
}

impl Method {
    /// The context in `jianyi.<context>.v1.Service`.
    pub(crate) fn context(&self) -> &str {
        self.path
            .trim_start_matches("/jianyi.")
            .split('.')
            .next()
            .unwrap_or_default()
    }

    /// Whether request and reply are one message each.
    pub(crate) fn is_unary(&self) -> bool {
        !self.descriptor.is_client_streaming() && !self.descriptor.is_server_streaming()
    }

    /// Decodes a request.
    pub(crate) fn request(&self, bytes: Bytes) -> Result<DynamicMessage, Fault> {
        DynamicMessage::decode(self.descriptor.input(), bytes).map_err(|_| {
            Violation::new(
                "",
                "REQUEST_MALFORMED",
                "the request does not decode".into(),
                "请求内容无法解析",
            )
            .into()
        })
    }

    /// Whether doing it twice does no more than doing it once: a read, or a write that the service
    /// recognises by its request id.
    pub(crate) fn is_repeatable(&self, request: &DynamicMessage) -> bool {
        let reads = !self.policy.audited && !self.policy.open;
        reads || !text(request, "request_id").is_empty()
    }
}

/// A text field of a message by name; empty when it has none of that name.
pub(crate) fn text(message: &DynamicMessage, field: &str) -> String {
    message
        .get_field_by_name(field)
        .and_then(|value| value.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use prost_reflect::Value;

    use super::*;

    #[test]
    fn reads_and_writes_with_a_request_id_may_be_repeated() {
        let contracts = Contracts::embedded().unwrap();
        let method = |path: &str| contracts.method(path).unwrap();
        let empty = |method: &Method| DynamicMessage::new(method.descriptor.input());

        let read = method("/jianyi.identity.v1.IdentityService/ListAccounts");
        assert!(read.is_repeatable(&empty(&read)));
        let login = method("/jianyi.identity.v1.IdentityService/Login");
        assert!(!login.is_repeatable(&empty(&login)));
        let write = method("/jianyi.identity.v1.IdentityService/MintToken");
        let mut request = empty(&write);
        assert!(!write.is_repeatable(&request));
        request.set_field_by_name("request_id", Value::String("r1".into()));
        assert!(write.is_repeatable(&request));
    }

    #[test]
    fn methods_know_their_context_and_shape() {
        let contracts = Contracts::embedded().unwrap();
        let login = contracts
            .method("/jianyi.identity.v1.IdentityService/Login")
            .unwrap();
        assert_eq!((login.context(), login.is_unary()), ("identity", true));
        let watch = contracts
            .method("/jianyi.gateway.v1.GatewayService/WatchEvents")
            .unwrap();
        assert_eq!((watch.context(), watch.is_unary()), ("gateway", false));
        assert!(
            contracts
                .method("/jianyi.care.v1.CareService/NoSuchThing")
                .is_none()
        );
        assert!(contracts.knows_event("jianyi.member.events.v1.HeroConfirmed"));
        assert!(!contracts.knows_event("jianyi.identity.v1.Account"));
    }
}
