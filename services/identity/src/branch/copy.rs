//! A copy of an account as city and branch exchange it, and as the domain knows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Grant, Id, Pii, Timestamp, Violation};
use jianyi_proto::api::v1::Role;
use jianyi_proto::convert::timestamp;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use prost::Message as _;
use zeroize::Zeroizing;

use crate::domain::{Account, AccountKind, Duty, GrantKind, HeldGrant, Login, Totp, VoucherSide};
use crate::store;

/// What a branch is told beside the account itself.
#[derive(Debug)]
pub(crate) struct Told {
    /// Digests of the recovery codes that are left.
    pub(crate) recovery_digests: Vec<Pii<Vec<u8>>>,
    /// Sessions that began before are over.
    pub(crate) sessions_ended_at: Option<Timestamp>,
}

impl Told {
    /// Reads what the city knows of an account.
    pub(crate) async fn read(
        conn: &mut PgConnection,
        cipher: &jianyi_db::FieldCipher,
        account: Id<AccountKind>,
    ) -> Result<Self, Fault> {
        Ok(Self {
            recovery_digests: store::recovery_codes::digests(conn, cipher, account).await?,
            sessions_ended_at: store::sessions::last_revoked(conn, account).await?,
        })
    }

    /// The bytes that are sealed.
    pub(crate) fn encode(&self, account: &Account, grants: &[&HeldGrant]) -> Zeroizing<Vec<u8>> {
        let totp = account.confirmed_totp();
        let copy = pb::AccountCopy {
            account: account.id.name(),
            login: account.login.to_string(),
            label: account.label.expose("seal it to the branch").clone(),
            password_hash: account
                .password_hash
                .expose("seal it to the branch")
                .clone(),
            must_change_password: account.must_change_password,
            totp_secret: totp
                .map(|totp| STANDARD.encode(totp.secret.expose("seal it to the branch")))
                .unwrap_or_default(),
            totp_step: totp.map_or(0, |totp| totp.last_step),
            recovery_digests: self
                .recovery_digests
                .iter()
                .map(|digest| STANDARD.encode(digest.expose("seal it to the branch")))
                .collect(),
            grants: grants
                .iter()
                .map(|&held| pb::RoleGrant::from(held.clone()))
                .collect(),
            sessions_ended_time: self.sessions_ended_at.map(timestamp),
        };
        Zeroizing::new(copy.encode_to_vec())
    }
}

/// A copy as a branch takes it in.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) account: Account,
    pub(crate) told: Told,
}

impl Copied {
    /// Reads what was sealed. `None` when it is about another account or holds anything outside the county: the
    /// city never says so, and then it was not the city.
    pub(crate) fn decode(
        bytes: &[u8],
        id: Id<AccountKind>,
        county: &Division,
        now: Timestamp,
    ) -> Option<Self> {
        let copy = pb::AccountCopy::decode(bytes).ok()?;
        if copy.account != id.name() {
            return None;
        }
        let grants: Vec<HeldGrant> = copy
            .grants
            .iter()
            .map(|grant| held(grant, id))
            .collect::<Option<_>>()?;
        if !grants
            .iter()
            .all(|held| county.covers(&held.grant.division))
        {
            return None;
        }
        let secret = STANDARD.decode(&copy.totp_secret).ok()?;
        let digests = copy.recovery_digests.iter();
        let told = Told {
            recovery_digests: digests
                .map(|digest| STANDARD.decode(digest).ok().map(Pii::new))
                .collect::<Option<_>>()?,
            sessions_ended_at: copy.sessions_ended_time.and_then(instant),
        };
        let account = Account {
            id,
            version: 1,
            created_at: now,
            login: Login::parse("login", &copy.login).ok()?,
            label: Pii::new(copy.label),
            password_hash: Pii::new(copy.password_hash),
            must_change_password: copy.must_change_password,
            duty: grants.first().map(|held| Duty::of(&held.grant.role)),
            voucher_side: grants
                .iter()
                .find_map(|held| VoucherSide::of(&held.grant.role)),
            grants,
            totp: (!secret.is_empty()).then(|| Totp {
                secret: Pii::new(secret),
                confirmed_at: Some(now),
                last_step: copy.totp_step,
            }),
            disabled_at: None,
        };
        Some(Self { account, told })
    }
}

fn held(grant: &pb::RoleGrant, account: Id<AccountKind>) -> Option<HeldGrant> {
    let (_, id) = name::parse_child::<AccountKind, GrantKind>("name", &grant.name).ok()?;
    let valid_from = instant(grant.valid_from?)?;
    Some(HeldGrant {
        id,
        account,
        grant: Grant {
            role: Role::try_from(grant.role).ok()?.as_str_name().into(),
            division: Division::parse("division", &grant.division).ok()?,
        },
        created_at: valid_from,
        valid_from,
        valid_until: match grant.valid_until {
            Some(until) => Some(instant(until)?),
            None => None,
        },
        granted_by: grant.granted_by.clone(),
        may_break_glass: grant.may_break_glass,
        break_glass: grant.break_glass,
    })
}

fn instant(wire: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::from_unix(wire.seconds, wire.nanos)
}

/// What is wrong with an event that says to be the city's.
pub(crate) fn not_from_the_city() -> Fault {
    Violation::new(
        "signature",
        "NOT_FROM_THE_CITY",
        "the city's authority has not said this".into(),
        "该事件不是市级签发的",
    )
    .into()
}
