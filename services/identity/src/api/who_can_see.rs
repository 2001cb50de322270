//! Who can see a person's data, from the contracts' policies and the grants that count now.

use jianyi_db::Begun;
use jianyi_kernel::{Division, Fault, Grant};
use jianyi_proto::convert::timestamp;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use tonic::Request;

use super::convert;
use crate::rights::Sight;
use crate::store;
use crate::store::branch_grants::Held;
use crate::usecase::App;

/// The audited question; it changes nothing.
pub(super) async fn who_can_see(
    app: &App,
    request: Request<pb::WhoCanSeeRequest>,
) -> Result<pb::WhoCanSeeResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    let (county, _) = name::parse_county::<PersonKind>("person", &request.person)?;
    let township = (!request.division.is_empty())
        .then(|| Division::parse("division", &request.division))
        .transpose()?;
    if let Some(township) = township.as_ref().filter(|it| !county.covers(it)) {
        return Err(Fault::NotFound(format!("divisions/{township}")));
    }
    let place = township.as_ref().unwrap_or(&county);
    let mut uow = match app.db.begin::<pb::WhoCanSeeResponse>(&call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply.into_reply()),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let branches = store::branch_grants::held(uow.conn(), now).await?;
    let mut viewers = Vec::new();
    for account in store::accounts::all(uow.conn(), &cipher, now).await? {
        for held in account.grants_at(now) {
            let sight = app.rights.sight(&held.grant.role, None);
            if let Some(depends) = reaches(&held.grant.division, place, sight) {
                let grant = pb::RoleGrant::from(held.clone());
                let name = account.id.name();
                let who = (name, account.login.to_string());
                let viewer = viewer(who, grant, sight, depends);
                viewers.push(at_branch(viewer, branches.get(&held.id)));
            }
        }
    }
    for client in store::clients::all(uow.conn()).await? {
        let sight = app.rights.sight(&client.role, Some(&client.methods));
        for division in client.divisions.iter().filter(|_| client.is_good(now)) {
            if let Some(depends) = reaches(division, place, sight) {
                let grant = pb::RoleGrant {
                    valid_from: Some(timestamp(client.created_at)),
                    valid_until: Some(timestamp(client.valid_until)),
                    granted_by: client.registered_by.clone(),
                    ..convert::claimed(&Grant {
                        role: client.role.clone(),
                        division: division.clone(),
                    })
                };
                let who = (client.id.name(), client.label.clone());
                viewers.push(viewer(who, grant, sight, depends));
            }
        }
    }
    for (login, held) in store::branch_grants::outdated(uow.conn(), now).await? {
        let sight = app.rights.sight(&held.grant.role, None);
        if let Some(depends) = reaches(&held.grant.division, place, sight) {
            let at = branches.get(&held.id);
            let who = (held.account.name(), login);
            let viewer = viewer(who, pb::RoleGrant::from(held), sight, depends);
            viewers.push(at_branch(viewer, at));
        }
    }
    Ok(uow
        .commit(pb::WhoCanSeeResponse { viewers })
        .await?
        .into_reply())
}

/// The viewer with the branch that may go by the grant.
fn at_branch(viewer: pb::Viewer, held: Option<&Held>) -> pb::Viewer {
    match held {
        None => viewer,
        Some(held) => pb::Viewer {
            branch: format!("branches/{}", held.county),
            branch_until: Some(timestamp(held.until)),
            ..viewer
        },
    }
}

/// Marker of member's people, whose names identity reads and knows no more of.
enum PersonKind {}

impl jianyi_kernel::IdKind for PersonKind {
    const COLLECTION: &'static str = "people";
}

/// `None`: does not reach the person. Otherwise whether that depends on the person's township.
fn reaches(held: &Division, place: &Division, sight: Sight) -> Option<bool> {
    if sight == Sight::default() {
        None
    } else if held.covers(place) {
        Some(false)
    } else {
        place.covers(held).then_some(true)
    }
}

fn viewer(
    (name, login): (String, String),
    grant: pb::RoleGrant,
    sight: Sight,
    depends_on_township: bool,
) -> pb::Viewer {
    pb::Viewer {
        name,
        login,
        grant: Some(grant),
        masked: sight.masked,
        reveals: sight.reveals,
        sealed: sight.sealed,
        depends_on_township,
        branch: String::new(),
        branch_until: None,
    }
}
