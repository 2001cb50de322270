//! Registers a program of an agency.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Division, Fault, Timestamp, Violation};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{Client, NewKey};
use crate::store;

/// A client to be registered, checked but for its methods.
#[derive(Debug)]
pub(crate) struct NewClient {
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) role: String,
    pub(crate) methods: Vec<String>,
    pub(crate) divisions: Vec<Division>,
    pub(crate) key: NewKey,
    pub(crate) valid_until: Timestamp,
}

/// Registers a client for methods whose policy lists its role.
pub(crate) async fn register_client(
    app: &App,
    call: &Call,
    new: NewClient,
) -> Result<Committed<pb::Client>, Fault> {
    let foreign: Vec<Violation> = new
        .methods
        .iter()
        .enumerate()
        .filter(|(_, method)| !app.rights.admits(method, &new.role))
        .map(|(n, _)| {
            Violation::new(
                &format!("client.methods[{n}]"),
                "METHOD_NOT_FOR_AGENCIES",
                format!("the policy of this method does not list {}", new.role),
                "该接口不对此类接入方开放",
            )
        })
        .collect();
    if !foreign.is_empty() {
        return Err(Fault::Invalid(foreign));
    }
    let mut uow = match app.db.begin::<pb::Client>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    if new.valid_until <= now {
        return Err(Violation::new(
            "client.valid_until",
            "ENDS_BEFORE_IT_BEGINS",
            "a registration ends after it begins".into(),
            "有效期截止时间应晚于当前时间",
        )
        .into());
    }
    let client = Client {
        id: uow.new_id(),
        created_at: now,
        kind: new.kind,
        label: new.label,
        role: new.role,
        methods: new.methods,
        divisions: new.divisions,
        key: new.key,
        valid_until: new.valid_until,
        registered_by: call.caller.subject.clone(),
        disabled_at: None,
    };
    store::clients::insert(uow.conn(), &client).await?;
    uow.commit(client.into()).await
}
