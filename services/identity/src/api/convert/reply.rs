//! Domain → wire.

use jianyi_kernel::Grant;
use jianyi_proto::api::v1::Role;
use jianyi_proto::convert::timestamp;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;

use crate::domain::{Account, Client, HeldGrant, Session};
use crate::store::oidc_links::Link;

impl From<Account> for pb::Account {
    fn from(account: Account) -> Self {
        Self {
            name: account.id.name(),
            login: account.login.to_string(),
            label: account
                .label
                .expose("administrators see whose account it is")
                .clone(),
            second_factor: account.confirmed_totp().is_some(),
            must_change_password: account.must_change_password,
            disabled: account.disabled_at.is_some(),
            disable_time: account.disabled_at.map(timestamp),
            create_time: Some(timestamp(account.created_at)),
            etag: account.version.to_string(),
            grants: account
                .grants
                .into_iter()
                .map(pb::RoleGrant::from)
                .collect(),
        }
    }
}

impl From<Link> for pb::OidcLink {
    fn from(link: Link) -> Self {
        Self {
            account: link.account.name(),
            issuer: link.outside.issuer,
            subject: link.outside.subject.expose("masked on the way out").clone(),
            linked_by: link.linked_by,
            create_time: Some(timestamp(link.created_at)),
        }
    }
}

impl From<HeldGrant> for pb::RoleGrant {
    fn from(held: HeldGrant) -> Self {
        Self {
            name: name::child(held.account, held.id),
            valid_from: Some(timestamp(held.valid_from)),
            valid_until: held.valid_until.map(timestamp),
            may_break_glass: held.may_break_glass,
            break_glass: held.break_glass,
            granted_by: held.granted_by,
            ..claimed(&held.grant)
        }
    }
}

impl From<HeldGrant> for pb::BreakGlass {
    fn from(held: HeldGrant) -> Self {
        Self {
            name: name::child(held.account, held.id),
            role: role(&held.grant.role).into(),
            division: held.grant.division.to_string(),
            open_time: Some(timestamp(held.valid_from)),
            until: held.valid_until.map(timestamp),
        }
    }
}

impl From<Session> for pb::Session {
    fn from(session: Session) -> Self {
        Self {
            name: session.id.name(),
            account: session.account.name(),
            create_time: Some(timestamp(session.created_at)),
            use_time: Some(timestamp(session.used_at)),
            expire_time: Some(timestamp(session.expires_at)),
            methods: session.methods,
            end_time: session.ended_at.map(timestamp),
        }
    }
}

impl From<Client> for pb::Client {
    fn from(client: Client) -> Self {
        Self {
            name: client.id.name(),
            kind: pb::ClientKind::from_str_name(&client.kind)
                .unwrap_or(pb::ClientKind::Unspecified)
                .into(),
            label: client.label,
            methods: client.methods,
            divisions: client.divisions.iter().map(ToString::to_string).collect(),
            public_key_jwk: client.key.public_key.unwrap_or_default(),
            certificate_sha256: client.key.certificate_sha256.unwrap_or_default(),
            valid_until: Some(timestamp(client.valid_until)),
            disable_time: client.disabled_at.map(timestamp),
            create_time: Some(timestamp(client.created_at)),
            registered_by: client.registered_by,
        }
    }
}

/// A grant as a token says it.
pub(in crate::api) fn claimed(grant: &Grant) -> pb::RoleGrant {
    pb::RoleGrant {
        role: role(&grant.role).into(),
        division: grant.division.to_string(),
        ..Default::default()
    }
}

fn role(name: &str) -> Role {
    Role::from_str_name(name).unwrap_or(Role::Unspecified)
}
