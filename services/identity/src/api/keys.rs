//! Handlers of the keys that tokens are verified with.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use jianyi_proto::identity::v1 as pb;
use serde_json::json;
use tonic::Request;

use crate::signing::SigningKey;
use crate::store;
use crate::usecase::{self, App};

/// Keys stay published this long after they retire: the life of the longest token, and an hour.
const TAIL: time::Duration = time::Duration::hours(25);

pub(super) async fn jwks(app: &App) -> Result<pb::GetJwksResponse, Fault> {
    let mut conn = app.db.read(&App::itself()).await?;
    published(&mut conn, app.db.clock().now()).await
}

pub(super) async fn rotate(
    app: &App,
    request: Request<pb::RotateSigningKeyRequest>,
) -> Result<pb::GetJwksResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let rotated = usecase::rotate_signing_key(app, &call, async |uow| {
        let now = uow.now();
        published(uow.conn(), now).await
    });
    Ok(rotated.await?.into_reply())
}

async fn published(conn: &mut PgConnection, now: Timestamp) -> Result<pb::GetJwksResponse, Fault> {
    let since = Timestamp::from_offset(now.as_offset() - TAIL);
    let keys = store::signing_keys::published(conn, since).await?;
    let keys: Vec<pb::JsonWebKey> = keys.into_iter().map(pb::JsonWebKey::from).collect();
    Ok(pb::GetJwksResponse {
        jwks_json: jwk_set(&keys),
        keys,
    })
}

impl From<SigningKey> for pb::JsonWebKey {
    fn from(key: SigningKey) -> Self {
        Self {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: key.public_key,
            kid: key.id.to_string(),
            alg: "EdDSA".into(),
            r#use: "sig".into(),
        }
    }
}

fn jwk_set(keys: &[pb::JsonWebKey]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": key.kty, "crv": key.crv, "x": key.x, "kid": key.kid, "alg": key.alg, "use": key.r#use,
            })
        })
        .collect();
    json!({ "keys": keys }).to_string()
}
