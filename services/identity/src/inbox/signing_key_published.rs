//! The city says a key of its tokens: believed here as long as there, also while the city is away.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jianyi_bus::Received;
use jianyi_db::Uow;
use jianyi_kernel::{Fault, Timestamp};
use jianyi_proto::identity::events::v1::SigningKeyPublished;
use jianyi_proto::name;

use crate::branch::{Branch, Statement, is_said_by, not_from_the_city};
use crate::store;
use crate::store::city_keys::CityKey;

/// Handles the event.
pub(super) async fn handle(
    branch: Branch,
    uow: &mut Uow,
    received: &Received<SigningKeyPublished>,
) -> Result<(), Fault> {
    let event = &received.event;
    let key = CityKey {
        id: name::parse("signing_key", &event.signing_key)?,
        public_key: URL_SAFE_NO_PAD.encode(&event.public_key),
        retired_at: event
            .retire_time
            .and_then(|at| Timestamp::from_unix(at.seconds, at.nanos)),
    };
    let statement = Statement::Key {
        id: key.id,
        version: received.version,
        public_key: &event.public_key,
        retired_at: key.retired_at,
    };
    if !is_said_by(&branch.key.authority, &statement, &event.signature) {
        return Err(not_from_the_city());
    }
    let now = uow.now();
    store::city_keys::advance(uow.conn(), &key, received.version, now).await
}
