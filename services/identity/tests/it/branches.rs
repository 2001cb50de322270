//! A county's branch: what it is told, whom it lets in while the city is away, and what it refuses.

use std::collections::BTreeSet;
use std::time::Duration;

use jianyi_db::OutboxRow;
use jianyi_kernel::{Division, Pii};
use jianyi_ops::{Parts, Settings};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::identity::events::v1::{
    BranchAccountPublished, BranchAccountRetracted, SigningKeyPublished,
};
use jianyi_rpc::{Gate, Policies};
use jianyi_testkit::authenticator;
use prost::{Message as _, Name as _};

use super::second_factor::enrol;
use super::*;

const COUNTY: &str = "410621";
const HOUR: Duration = Duration::from_secs(3600);

/// The city, and the branch of one of its counties, which hears what `hear` brings it and nothing else.
pub(crate) struct Sites {
    pub(crate) city: TestService,
    pub(crate) branch: TestService,
    key: Pii<String>,
}

impl Sites {
    pub(crate) async fn start() -> Self {
        let city = identity().await;
        let key = ensure(&city, COUNTY, false).await;
        let branch = branch(COUNTY, &key).await;
        Self { city, branch, key }
    }

    /// Brings the branch everything that was said to it so far, once more.
    pub(crate) async fn hear(&self) {
        for row in said_to(&self.city, COUNTY).await {
            self.branch.deliver_row(&row, row.event_id).await.unwrap();
        }
    }

    /// Both clocks go on.
    fn pass(&self, time: Duration) {
        self.city.clock().advance(time);
        self.branch.clock().advance(time);
    }
}

async fn ensure(city: &TestService, county: &str, replace_key: bool) -> Pii<String> {
    let request = pb::EnsureBranchRequest {
        division: county.into(),
        replace_key,
    };
    let ensured = client(city).ensure_branch(request).await.unwrap();
    Pii::new(ensured.into_inner().branch_key)
}

fn settings(key: &Pii<String>) -> Settings {
    Settings::default()
        .with("JIANYI_SITE", Pii::new("county".into()))
        .with("JIANYI_BRANCH_KEY", key.clone())
}

async fn branch(county: &str, key: &Pii<String>) -> TestService {
    TestService::start_with(jianyi_identity::spec(), Some(county), settings(key)).await
}

/// What a county's broker is given of what identity says.
pub(crate) async fn said_to(city: &TestService, county: &str) -> Vec<OutboxRow> {
    let mut rows = city.outbox().await;
    let own = format!(".{county}");
    rows.retain(|row| row.subject.ends_with(&own) || row.subject.ends_with(".all"));
    rows
}

/// A clerk of the county with a second factor; its secret.
async fn clerk(sites: &Sites) -> (pb::Account, String, Vec<String>) {
    let made = worker(&sites.city, "clerk", Role::CountyClerk, COUNTY).await;
    let pair = login(&sites.city, "clerk", NEXT_PASSWORD).await.unwrap();
    let caller = verify(&sites.city, &pair.access_token).await.unwrap();
    let (secret, codes) = enrol(&sites.city, &caller, "ROLE_COUNTY_CLERK").await;
    // Its code is used up; the next one comes with the next half minute.
    sites.pass(Duration::from_secs(60));
    (made, secret, codes)
}

async fn enter(t: &TestService, secret: &str) -> Result<pb::LoginResponse, Status> {
    let code = authenticator(secret, t.clock().now());
    login_with(t, "clerk", NEXT_PASSWORD, &code).await
}

#[tokio::test]
async fn the_countys_people_log_in_while_the_city_is_away_and_are_believed_in_the_county_alone() {
    let sites = Sites::start().await;
    let (clerk, secret, _) = clerk(&sites).await;
    // The city's grants are not the branch's.
    grant(&sites.city, &clerk, Role::Oversight, "410600")
        .await
        .unwrap();
    grant(&sites.city, &clerk, Role::TownshipStation, "410621103")
        .await
        .unwrap();
    sites.hear().await;
    let Sites { city, branch, .. } = &sites;

    let asked = login(branch, "clerk", NEXT_PASSWORD).await.unwrap_err();
    assert_eq!(refusal(&asked).1, "SECOND_FACTOR_REQUIRED");
    let pair = enter(branch, &secret).await.unwrap();
    assert_eq!(pair.account, clerk.name);
    let caller = verify(branch, &pair.access_token).await.unwrap();
    let grants: BTreeSet<&str> = caller
        .grants
        .iter()
        .map(|it| it.division.as_str())
        .collect();
    assert_eq!(grants, BTreeSet::from([COUNTY, "410621103"]));
    assert!(caller.proof.strong && caller.proof.methods.is_none());
    let next = refresh(branch, &pair.refresh_token, "").await.unwrap();

    // The county's member service lets it through; the city, and another county, do not know its key.
    for (token, division) in [(&pair.access_token, COUNTY), (&next.access_token, COUNTY)] {
        admit(branch, token, division).await.unwrap();
    }
    let other_key = ensure(city, "410622", false).await;
    let other = self::branch("410622", &other_key).await;
    for row in said_to(city, "410622").await {
        other.deliver_row(&row, row.event_id).await.unwrap();
    }
    for elsewhere in [city, &other] {
        let refused = admit(elsewhere, &pair.access_token, COUNTY).await;
        assert!(matches!(
            refused.unwrap_err(),
            Fault::Unauthenticated("TOKEN_UNKNOWN_KEY")
        ));
    }
    // The city's own tokens are believed at both, by keys that were told, also after they have turned.
    sites.pass(Duration::from_secs(60));
    let at_city = enter(city, &secret).await.unwrap();
    admit(branch, &at_city.access_token, COUNTY).await.unwrap();
    let turn = pb::RotateSigningKeyRequest::default();
    client(city).rotate_signing_key(turn).await.unwrap();
    let turned = refresh(city, &at_city.refresh_token, "").await.unwrap();
    assert!(admit(branch, &turned.access_token, COUNTY).await.is_err());
    sites.hear().await;
    for token in [&at_city.access_token, &turned.access_token] {
        admit(branch, token, COUNTY).await.unwrap();
    }
    let keys = nobody(branch)
        .get_jwks(pb::GetJwksRequest {})
        .await
        .unwrap();
    let bound: Vec<String> = keys
        .into_inner()
        .keys
        .into_iter()
        .map(|it| it.division)
        .collect();
    assert_eq!(bound, [COUNTY, "", ""]);
}

/// What the member service of a county does with a token, by the keys that an identity service publishes.
async fn admit(t: &TestService, token: &str, division: &str) -> Result<Caller, Fault> {
    let channel = t.bare_channel();
    let fetch: KeyFetcher = Arc::new(move || {
        let mut client = IdentityServiceClient::new(channel.clone());
        Box::pin(async move {
            let keys = client.get_jwks(pb::GetJwksRequest {}).await.unwrap();
            Ok(keys.into_inner().jwks_json)
        })
    });
    let verifier = TokenVerifier::new(fetch, t.clock().clone());
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let division = Division::parse("division", division).unwrap();
    let gate = Gate::new(Arc::new(policies), Arc::new(verifier), Some(division));
    let mut headers = http::HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    gate.admit("/jianyi.member.v1.MemberService/ListPeople", &headers)
        .await
}

#[tokio::test]
async fn a_branch_locks_after_five_failures_and_counts_them_for_the_auditors() {
    let sites = Sites::start().await;
    let (_, secret, _) = clerk(&sites).await;
    sites.hear().await;
    for _ in 0..5 {
        let status = login(&sites.branch, "clerk", "Wrong-2024-wrong")
            .await
            .unwrap_err();
        assert_eq!(refusal(&status).1, "LOGIN_FAILED");
    }
    let locked = enter(&sites.branch, &secret).await.unwrap_err();
    assert_eq!(refusal(&locked).1, "LOGIN_LOCKED");
    enter(&sites.city, &secret).await.unwrap();
    let counted: i64 = sqlx::query_scalar(
        "select count(*) from audit where method like '%/Login' and outcome like '%failed_logins=1%'",
    )
    .fetch_one(&mut sites.branch.sql().await)
    .await
    .unwrap();
    assert_eq!(counted, 6);
    // The city's security administrator unlocks there as well.
    let unlock = pb::UnlockAccountRequest {
        name: said_accounts(&sites).await.remove(0),
        request_id: String::new(),
    };
    client(&sites.branch).unlock_account(unlock).await.unwrap();
    enter(&sites.branch, &secret).await.unwrap();
}

async fn said_accounts(sites: &Sites) -> Vec<String> {
    let rows = said_to(&sites.city, COUNTY).await;
    let published = rows
        .iter()
        .filter(|row| row.type_name == BranchAccountPublished::full_name());
    published.map(|row| row.resource.clone()).collect()
}

#[tokio::test]
async fn what_the_city_has_not_confirmed_for_three_days_ends_and_says_what_to_do() {
    let sites = Sites::start().await;
    let (_, secret, _) = clerk(&sites).await;
    sites.hear().await;
    sites.pass(HOUR * 71);
    let pair = enter(&sites.branch, &secret).await.unwrap();
    sites.pass(Duration::from_secs(50 * 60));
    let late = enter(&sites.branch, &secret).await.unwrap();
    // Neither a token nor a session outlives what was stated.
    assert!(late.expires_in <= 10 * 60, "{}", late.expires_in);
    assert!(
        refresh(&sites.branch, &pair.refresh_token, "")
            .await
            .is_err()
    );
    sites.pass(Duration::from_secs(10 * 60));
    let ended = enter(&sites.branch, &secret).await.unwrap_err();
    assert_eq!(
        refusal(&ended),
        (Code::FailedPrecondition, "BRANCH_VALIDITY_ENDED".into())
    );
    let details = ended.get_error_details();
    let sentence = &details.localized_message().unwrap().message;
    assert!(sentence.contains("恢复"), "{sentence}");
    let refused = refresh(&sites.branch, &late.refresh_token, "")
        .await
        .unwrap_err();
    assert_eq!(refusal(&refused).1, "BRANCH_VALIDITY_ENDED");
    // A wrong password does not learn so much.
    let wrong = login(&sites.branch, "clerk", "Wrong-2024-wrong")
        .await
        .unwrap_err();
    assert_eq!(refusal(&wrong).1, "LOGIN_FAILED");

    // The city tells again by itself what has half of its time left.
    let before = said_accounts(&sites).await.len();
    let looking = (jianyi_identity::spec().background.unwrap())(sites.city.parts().clone());
    let running = jianyi_telemetry::task::spawn("looking after", looking);
    jianyi_testkit::eventually!(said_accounts(&sites).await.len() > before);
    sites.city.parts().shutdown.trigger();
    running.await.unwrap();
    sites.hear().await;
    sites.pass(Duration::from_secs(60));
    enter(&sites.branch, &secret).await.unwrap();
}

#[tokio::test]
async fn at_a_branch_nothing_about_accounts_is_changed() {
    let sites = Sites::start().await;
    let (clerk, ..) = clerk(&sites).await;
    sites.hear().await;
    let mut everybody = client(&sites.branch);
    let mut own = as_account(&sites.branch, &clerk.name, "ROLE_COUNTY_CLERK");
    let password = pb::ChangePasswordRequest {
        name: clerk.name.clone(),
        current_password: NEXT_PASSWORD.into(),
        new_password: "Another-pass-99!".into(),
        request_id: String::new(),
    };
    let grant = format!(
        "{}/grants/{}",
        clerk.name,
        clerk.name.split('/').nth(1).unwrap()
    );
    let named = clerk.name.clone();
    let refusals = [
        own.change_password(password).await.map(drop),
        own.begin_totp(pb::BeginTotpRequest {}).await.map(drop),
        own.confirm_totp(pb::ConfirmTotpRequest::default())
            .await
            .map(drop),
        own.open_break_glass(pb::OpenBreakGlassRequest::default())
            .await
            .map(drop),
        own.close_break_glass(pb::CloseBreakGlassRequest {
            name: grant.clone(),
            request_id: String::new(),
        })
        .await
        .map(drop),
        everybody
            .create_account(pb::CreateAccountRequest::default())
            .await
            .map(drop),
        everybody
            .disable_account(pb::DisableAccountRequest {
                name: named.clone(),
                request_id: String::new(),
            })
            .await
            .map(drop),
        everybody
            .reset_second_factor(pb::ResetSecondFactorRequest {
                name: named,
                request_id: String::new(),
            })
            .await
            .map(drop),
        everybody
            .add_grant(granting(&clerk, Role::Care, COUNTY))
            .await
            .map(drop),
        everybody
            .end_grant(pb::EndGrantRequest {
                name: grant,
                request_id: String::new(),
            })
            .await
            .map(drop),
        everybody
            .mint_token(pb::MintTokenRequest {
                role: Role::Oversight.into(),
                division: COUNTY.into(),
                ..Default::default()
            })
            .await
            .map(drop),
        everybody
            .install_accounts(pb::InstallAccountsRequest::default())
            .await
            .map(drop),
        everybody
            .who_can_see(pb::WhoCanSeeRequest::default())
            .await
            .map(drop),
        everybody
            .register_client(pb::RegisterClientRequest::default())
            .await
            .map(drop),
        everybody
            .rotate_client_key(pb::RotateClientKeyRequest::default())
            .await
            .map(drop),
        everybody
            .disable_client(pb::DisableClientRequest::default())
            .await
            .map(drop),
        everybody
            .link_oidc(pb::LinkOidcRequest::default())
            .await
            .map(drop),
        everybody
            .unlink_oidc(pb::UnlinkOidcRequest::default())
            .await
            .map(drop),
        everybody
            .ensure_branch(pb::EnsureBranchRequest::default())
            .await
            .map(drop),
        everybody
            .end_branch(pb::EndBranchRequest::default())
            .await
            .map(drop),
        nobody(&sites.branch)
            .begin_oidc_login(pb::BeginOidcLoginRequest {})
            .await
            .map(drop),
        nobody(&sites.branch)
            .finish_oidc_login(pb::FinishOidcLoginRequest::default())
            .await
            .map(drop),
    ];
    for (n, refused) in refusals.into_iter().enumerate() {
        let refused = refused.unwrap_err();
        assert_eq!(
            refusal(&refused),
            (Code::FailedPrecondition, "AT_THE_CITY_ONLY".into()),
            "{n}"
        );
    }
    login(&sites.branch, "clerk", "Another-pass-99!")
        .await
        .unwrap_err();
}

#[tokio::test]
async fn who_must_do_something_at_the_city_first_is_told_so_after_the_right_password() {
    let sites = Sites::start().await;
    let first = new_account(&sites.city, "first").await;
    grant(&sites.city, &first, Role::CountyClerk, COUNTY)
        .await
        .unwrap();
    worker(&sites.city, "unproved", Role::MemberAffairs, COUNTY).await;
    let both = worker(&sites.city, "both", Role::MemberAffairs, COUNTY).await;
    grant(&sites.city, &both, Role::Oversight, COUNTY)
        .await
        .unwrap();
    sites.hear().await;
    let refused = login(&sites.branch, "first", PASSWORD).await.unwrap_err();
    assert_eq!(
        refusal(&refused),
        (Code::FailedPrecondition, "PASSWORD_AT_THE_CITY".into())
    );
    let refused = login(&sites.branch, "unproved", NEXT_PASSWORD)
        .await
        .unwrap_err();
    assert_eq!(
        refusal(&refused),
        (Code::FailedPrecondition, "SECOND_FACTOR_AT_THE_CITY".into())
    );
    // What needs no second proof works without it.
    let pair = login(&sites.branch, "both", NEXT_PASSWORD).await.unwrap();
    assert!(!pair.must_enrol_second_factor);
    let caller = verify(&sites.branch, &pair.access_token).await.unwrap();
    let roles: Vec<&str> = caller.grants.iter().map(|it| it.role.as_str()).collect();
    assert_eq!(roles, ["ROLE_OVERSIGHT"]);
    assert_eq!(caller.proof.methods, None);
    for login_name in ["first", "unproved", "nobody-here"] {
        let wrong = login(&sites.branch, login_name, "Wrong-2024-wrong").await;
        assert_eq!(refusal(&wrong.unwrap_err()).1, "LOGIN_FAILED");
    }
}

#[tokio::test]
async fn what_is_changed_at_the_city_counts_at_the_branch_when_it_arrives() {
    let sites = Sites::start().await;
    let (clerk, secret, codes) = clerk(&sites).await;
    sites.hear().await;
    let Sites { city, branch, .. } = &sites;

    // A recovery code counts once: used at the city it is used up at the branch, and the other way round it stays so.
    login_with(city, "clerk", NEXT_PASSWORD, &codes[0])
        .await
        .unwrap();
    login_with(branch, "clerk", NEXT_PASSWORD, &codes[1])
        .await
        .unwrap();
    sites.hear().await;
    for used in &codes[..2] {
        let again = login_with(branch, "clerk", NEXT_PASSWORD, used)
            .await
            .unwrap_err();
        assert_eq!(refusal(&again).1, "SECOND_FACTOR_WRONG");
    }
    let pair = login_with(branch, "clerk", NEXT_PASSWORD, &codes[2])
        .await
        .unwrap();

    // A session that the security administrator ends.
    let at_city = enter(city, &secret).await.unwrap();
    sites.pass(Duration::from_secs(60));
    let revoke = pb::RevokeSessionRequest {
        name: at_city.session,
        request_id: String::new(),
    };
    client(city).revoke_session(revoke).await.unwrap();
    sites.hear().await;
    let over = refresh(branch, &pair.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&over).1, "SESSION_ENDED");

    // Another password.
    let pair = enter(branch, &secret).await.unwrap();
    let change = pb::ChangePasswordRequest {
        name: clerk.name.clone(),
        current_password: NEXT_PASSWORD.into(),
        new_password: "Third-pass-99!".into(),
        request_id: String::new(),
    };
    as_account(city, &clerk.name, "ROLE_COUNTY_CLERK")
        .change_password(change)
        .await
        .unwrap();
    sites.pass(Duration::from_secs(60));
    sites.hear().await;
    assert!(refresh(branch, &pair.refresh_token, "").await.is_err());
    assert!(enter(branch, &secret).await.is_err());
    let code = authenticator(&secret, branch.clock().now());
    let pair = login_with(branch, "clerk", "Third-pass-99!", &code)
        .await
        .unwrap();
    // A code that counted here does not count again when the city says what it knows.
    grant(city, &clerk, Role::Care, COUNTY).await.unwrap();
    sites.hear().await;
    let again = login_with(branch, "clerk", "Third-pass-99!", &code).await;
    assert_eq!(refusal(&again.unwrap_err()).1, "SECOND_FACTOR_WRONG");
    refresh(branch, &pair.refresh_token, "").await.unwrap();

    // No second factor any more: a strong role waits for the city.
    let reset = pb::ResetSecondFactorRequest {
        name: clerk.name.clone(),
        request_id: String::new(),
    };
    client(city).reset_second_factor(reset).await.unwrap();
    sites.hear().await;
    assert!(refresh(branch, &pair.refresh_token, "").await.is_err());
}

#[tokio::test]
async fn an_account_that_reaches_the_county_no_more_is_forgotten_there() {
    let sites = Sites::start().await;
    let (clerk, secret, _) = clerk(&sites).await;
    sites.hear().await;
    let Sites { city, branch, .. } = &sites;
    let pair = enter(branch, &secret).await.unwrap();
    let end = pb::EndGrantRequest {
        name: clerk.grants[0].name.clone(),
        request_id: String::new(),
    };
    client(city).end_grant(end).await.unwrap();
    grant(city, &clerk, Role::CountyClerk, "410622")
        .await
        .unwrap();
    sites.hear().await;
    sites.pass(Duration::from_secs(60));
    assert_eq!(
        refusal(&enter(branch, &secret).await.unwrap_err()).1,
        "LOGIN_FAILED"
    );
    let over = refresh(branch, &pair.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&over).1, "SESSION_ENDED");
    // What was said earlier does not come back.
    let rows = said_to(city, COUNTY).await;
    for row in &rows {
        let fresh_id = branch.clock().new_uuid();
        branch.deliver_row(row, fresh_id).await.unwrap();
    }
    assert_eq!(
        refusal(&enter(branch, &secret).await.unwrap_err()).1,
        "LOGIN_FAILED"
    );
    // Granted again, it is back, with the second factor that it has.
    grant(city, &clerk, Role::CountyClerk, COUNTY)
        .await
        .unwrap();
    sites.hear().await;
    enter(branch, &secret).await.unwrap();
    let disable = pb::DisableAccountRequest {
        name: clerk.name.clone(),
        request_id: String::new(),
    };
    client(city).disable_account(disable).await.unwrap();
    sites.hear().await;
    sites.pass(Duration::from_secs(60));
    assert_eq!(
        refusal(&enter(branch, &secret).await.unwrap_err()).1,
        "LOGIN_FAILED"
    );
    let kinds: Vec<String> = said_to(city, COUNTY)
        .await
        .into_iter()
        .map(|row| row.type_name)
        .collect();
    let retracted = kinds
        .iter()
        .filter(|kind| **kind == BranchAccountRetracted::full_name());
    assert_eq!(retracted.count(), 2);
}

#[tokio::test]
async fn nobody_but_the_city_makes_a_branch_believe_anything() {
    let sites = Sites::start().await;
    let (clerk, secret, _) = clerk(&sites).await;
    let rows = said_to(&sites.city, COUNTY).await;
    let row = rows
        .iter()
        .rev()
        .find(|row| row.type_name == BranchAccountPublished::full_name())
        .unwrap();
    let told = BranchAccountPublished::decode(row.data.as_slice()).unwrap();
    let Sites { branch, key, .. } = &sites;

    // Somebody with a login at the broker changes what was said, or says it again as something newer.
    let later = told.valid_until.map(|mut at| {
        at.seconds += 1;
        at
    });
    let mut parcel = told.parcel.clone();
    *parcel.last_mut().unwrap() ^= 1;
    let stranger = identity().await;
    let stranger_key = ensure(&stranger, COUNTY, false).await;
    worker(&stranger, "clerk", Role::CountyClerk, COUNTY).await;
    let strange = said_to(&stranger, COUNTY).await;
    let strange = strange
        .iter()
        .rev()
        .find(|row| row.type_name == BranchAccountPublished::full_name())
        .unwrap();
    let strange = BranchAccountPublished::decode(strange.data.as_slice()).unwrap();
    for (forged, version) in [
        (told.clone(), row.version + 1),
        (
            BranchAccountPublished {
                valid_until: later,
                ..told.clone()
            },
            row.version,
        ),
        (
            BranchAccountPublished {
                parcel,
                ..told.clone()
            },
            row.version,
        ),
        (
            BranchAccountPublished {
                signature: Vec::new(),
                ..told.clone()
            },
            row.version,
        ),
        (
            BranchAccountPublished {
                account: strange.account.clone(),
                ..told.clone()
            },
            row.version,
        ),
        (strange.clone(), 2),
    ] {
        let refused = branch
            .deliver(&forged, &forged.account, "410600", version)
            .await;
        let Err(Fault::Invalid(violations)) = refused else {
            panic!("believed")
        };
        assert_eq!(violations[0].reason, "NOT_FROM_THE_CITY");
    }
    let retracted = BranchAccountRetracted {
        account: clerk.name.clone(),
        recipient: COUNTY.into(),
        ..Default::default()
    };
    assert!(
        branch
            .deliver(&retracted, &clerk.name, "410600", 9)
            .await
            .is_err()
    );
    let key_row = rows
        .iter()
        .find(|row| row.type_name == SigningKeyPublished::full_name())
        .unwrap();
    let signing = SigningKeyPublished::decode(key_row.data.as_slice()).unwrap();
    let other = SigningKeyPublished {
        public_key: vec![7; 32],
        ..signing.clone()
    };
    assert!(
        branch
            .deliver(&other, &other.signing_key, "410600", 1)
            .await
            .is_err()
    );
    assert!(
        branch
            .deliver(&signing, &signing.signing_key, "410600", 2)
            .await
            .is_err()
    );
    let keys = nobody(branch)
        .get_jwks(pb::GetJwksRequest {})
        .await
        .unwrap();
    assert_eq!(keys.into_inner().keys.len(), 1);
    assert!(enter(branch, &secret).await.is_err());

    // What is said to another county is none of its business; what is true is believed.
    let elsewhere = BranchAccountPublished {
        recipient: "410622".into(),
        ..told.clone()
    };
    branch
        .deliver(&elsewhere, &clerk.name, "410600", row.version)
        .await
        .unwrap();
    assert!(enter(branch, &secret).await.is_err());
    sites.hear().await;
    enter(branch, &secret).await.unwrap();

    // A branch with somebody else's key in its setting takes nothing in.
    let mixed = key.expose("test").rsplit_once('.').unwrap().0.to_owned();
    let mixed = format!(
        "{mixed}.{}",
        stranger_key.expose("test").rsplit_once('.').unwrap().1
    );
    let deaf = self::branch(COUNTY, &Pii::new(mixed)).await;
    assert!(deaf.deliver_row(row, row.event_id).await.is_err());
}

#[tokio::test]
async fn only_the_branch_opens_what_it_is_told_and_a_thief_of_its_key_can_be_shut_out() {
    let sites = Sites::start().await;
    let (_, secret, _) = clerk(&sites).await;
    sites.hear().await;
    enter(&sites.branch, &secret).await.unwrap();
    let said = said_to(&sites.city, COUNTY).await;
    for row in &said {
        for told in ["argon2id", "clerk", "淇滨值班员"] {
            let found = row
                .data
                .windows(told.len())
                .any(|part| part == told.as_bytes());
            assert!(!found, "{} says {told}", row.type_name);
        }
    }
    let private = sites
        .key
        .expose("test")
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    for t in [&sites.city, &sites.branch] {
        let dump = t.dump().await;
        for hidden in [secret.as_str(), "argon2id", private.as_str(), "淇滨值班员"] {
            assert!(!dump.contains(hidden), "{hidden}");
        }
    }
    // Asked again the city has no key to show; with another key, the former opens nothing and knows nothing.
    assert_eq!(ensure(&sites.city, COUNTY, false).await.expose("test"), "");
    let key = ensure(&sites.city, COUNTY, true).await;
    sites.hear().await;
    sites.pass(Duration::from_secs(60));
    assert!(enter(&sites.branch, &secret).await.is_err());
    let renewed = branch(COUNTY, &key).await;
    for row in said_to(&sites.city, COUNTY).await {
        renewed.deliver_row(&row, row.event_id).await.unwrap();
    }
    renewed.clock().advance(Duration::from_secs(120));
    enter(&renewed, &secret).await.unwrap();

    let listed = client(&sites.city)
        .list_branches(pb::ListBranchesRequest {})
        .await;
    let listed = listed.unwrap().into_inner().branches;
    assert_eq!((listed.len(), listed[0].accounts), (1, 1));
    let end = || pb::EndBranchRequest {
        name: format!("branches/{COUNTY}"),
        request_id: String::new(),
    };
    let ended = client(&sites.city)
        .end_branch(end())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((ended.accounts, ended.end_time.is_some()), (0, true));
    let twice = client(&sites.city).end_branch(end()).await.unwrap_err();
    assert_eq!(refusal(&twice).1, "BRANCH_ENDED");
    for row in said_to(&sites.city, COUNTY).await {
        renewed.deliver_row(&row, row.event_id).await.unwrap();
    }
    renewed.clock().advance(Duration::from_secs(60));
    assert!(enter(&renewed, &secret).await.is_err());
    let silent = said_to(&sites.city, COUNTY).await.len();
    worker(&sites.city, "later", Role::CountyClerk, COUNTY).await;
    assert_eq!(said_to(&sites.city, COUNTY).await.len(), silent);
}

#[tokio::test]
async fn g03_who_can_see_tells_what_a_branch_may_still_go_by() {
    let sites = Sites::start().await;
    let stays = worker(&sites.city, "stays", Role::CountyClerk, COUNTY).await;
    let goes = worker(&sites.city, "goes", Role::CountyClerk, COUNTY).await;
    worker(&sites.city, "city", Role::MemberAffairs, "410600").await;
    let end = pb::EndGrantRequest {
        name: goes.grants[0].name.clone(),
        request_id: String::new(),
    };
    client(&sites.city).end_grant(end).await.unwrap();
    let ask = || async {
        let request = pb::WhoCanSeeRequest {
            person: format!("counties/{COUNTY}/people/01890a5d-ac96-774b-bcce-b302099a8057"),
            division: String::new(),
        };
        let answer = client(&sites.city).who_can_see(request).await.unwrap();
        let viewers = answer.into_inner().viewers;
        let seen = viewers.into_iter().map(|viewer| {
            let over = viewer.grant.unwrap().valid_until.is_some();
            (
                viewer.login,
                viewer.branch,
                over,
                viewer.branch_until.is_some(),
            )
        });
        seen.collect::<Vec<_>>()
    };
    let told = format!("branches/{COUNTY}");
    let expected = [
        ("city".to_owned(), String::new(), false, false),
        ("stays".into(), told.clone(), false, true),
        ("goes".into(), told, true, true),
    ];
    assert_eq!(ask().await, expected);
    // An account that is disabled may still be let in there, too.
    let disable = pb::DisableAccountRequest {
        name: stays.name,
        request_id: String::new(),
    };
    client(&sites.city).disable_account(disable).await.unwrap();
    assert_eq!(ask().await.len(), 3);
    sites.city.clock().advance(HOUR * 72);
    assert_eq!(ask().await, expected[..1]);
}

#[tokio::test]
async fn half_a_branch_does_not_start() {
    let sites = Sites::start().await;
    let prepare = jianyi_identity::spec().prepare.unwrap();
    let parts = |division: Option<&str>, settings: Settings| Parts {
        division: division.map(|code| Division::parse("division", code).unwrap()),
        settings,
        ..sites.branch.parts().clone()
    };
    let county = || Settings::default().with("JIANYI_SITE", Pii::new("county".into()));
    let key = settings(&sites.key);
    for (wrong, reason) in [
        (parts(None, key.clone()), "SITE_AND_DIVISION"),
        (
            parts(
                Some(COUNTY),
                key.clone().with("JIANYI_SITE", Pii::new("city".into())),
            ),
            "SITE_AND_DIVISION",
        ),
        (parts(Some(COUNTY), Settings::default()), "REQUIRED"),
        (parts(Some("410600"), key.clone()), "SITE_AND_DIVISION"),
        (parts(Some(COUNTY), county()), "REQUIRED"),
        (parts(Some("410622"), key.clone()), "BRANCH_KEY_ELSEWHERE"),
        (
            parts(
                Some(COUNTY),
                county().with("JIANYI_BRANCH_KEY", Pii::new("x".into())),
            ),
            "BRANCH_KEY_MALFORMED",
        ),
    ] {
        let Err(Fault::Invalid(violations)) = prepare(wrong).await else {
            panic!("{reason}")
        };
        assert_eq!(violations[0].reason, reason);
    }
    // A key may lie in a file.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), sites.key.expose("test")).unwrap();
    let path = Pii::new(file.path().to_str().unwrap().to_owned());
    let in_file = county().with("JIANYI_BRANCH_KEY_FILE", path);
    prepare(parts(Some(COUNTY), in_file)).await.unwrap();
    // The city's database is no branch's, and a branch's no city's.
    worker(&sites.city, "clerk", Role::CountyClerk, COUNTY).await;
    sites.hear().await;
    let as_branch = Parts {
        division: Some(COUNTY.parse().unwrap()),
        settings: key,
        ..sites.city.parts().clone()
    };
    assert!(prepare(as_branch).await.is_err());
    assert!(prepare(parts(None, Settings::default())).await.is_err());
    prepare(sites.branch.parts().clone()).await.unwrap();
    prepare(sites.city.parts().clone()).await.unwrap();
}

#[tokio::test]
async fn a_branch_is_of_a_county_and_changes_made_while_it_is_made_are_not_lost() {
    let city = identity().await;
    for wrong in ["", "410600", "410621103", "410722", "4106"] {
        let request = pb::EnsureBranchRequest {
            division: wrong.into(),
            replace_key: false,
        };
        let refused = client(&city).ensure_branch(request).await.unwrap_err();
        assert_eq!(
            refusal(&refused),
            (Code::InvalidArgument, "DIVISION_NOT_A_COUNTY".into())
        );
    }
    let mut accounts = Vec::new();
    for n in 0..6 {
        accounts.push(account(&city, &format!("clerk-{n}")).await);
    }
    let granting = futures::future::join_all(
        accounts
            .iter()
            .map(|account| grant(&city, account, Role::CountyClerk, COUNTY)),
    );
    let ((), granted) = tokio::join!(async { drop(ensure(&city, COUNTY, false).await) }, granting);
    assert!(granted.iter().all(Result::is_ok));
    let told: BTreeSet<String> = said_to(&city, COUNTY)
        .await
        .into_iter()
        .filter(|row| row.type_name == BranchAccountPublished::full_name())
        .map(|row| row.resource)
        .collect();
    let all: BTreeSet<String> = accounts.into_iter().map(|account| account.name).collect();
    assert_eq!(told, all);
}
