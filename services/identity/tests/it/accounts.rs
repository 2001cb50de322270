//! Accounts: made, listed, disabled, their passwords changed; nothing secret in the dump.

use jianyi_proto::api::v1::Role;
use tonic::Code;

use super::*;

const PASSWORD: &str = "Station-pass-77!";

fn new_account(login: &str, role: Role, request_id: &str) -> pb::CreateAccountRequest {
    pb::CreateAccountRequest {
        account: Some(pb::Account {
            login: login.into(),
            label: "淇滨值班员".into(),
            grants: vec![pb::RoleGrant {
                role: role.into(),
                division: "410611".into(),
            }],
            ..Default::default()
        }),
        password: PASSWORD.into(),
        request_id: request_id.into(),
    }
}

#[tokio::test]
async fn g01_an_account_is_made_once_and_logs_in() {
    let t = identity().await;
    let made = client(&t)
        .create_account(new_account("clerk", Role::CountyClerk, "r1"))
        .await
        .unwrap()
        .into_inner();
    let again = client(&t)
        .create_account(new_account("clerk", Role::CountyClerk, "r1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(made, again);
    let taken = client(&t)
        .create_account(new_account("clerk", Role::Care, "r2"))
        .await
        .unwrap_err();
    assert_eq!(taken.code(), Code::AlreadyExists);
    assert_eq!(
        taken
            .get_error_details()
            .resource_info()
            .unwrap()
            .resource_name,
        made.name
    );

    let answer = login(&t, "clerk", PASSWORD).await.unwrap();
    let caller = verify(&t, &answer.access_token).await.unwrap();
    assert!(caller.holds(&["ROLE_COUNTY_CLERK".into()], &"410611".parse().unwrap()));
    assert!(!caller.holds(&["ROLE_COUNTY_CLERK".into()], &"410621".parse().unwrap()));

    let got = client(&t)
        .get_account(pb::GetAccountRequest {
            name: made.name.clone(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(got, made);
    let me = as_account(&t, &made.name, "ROLE_COUNTY_CLERK")
        .who_am_i(pb::WhoAmIRequest {})
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (me.subject, me.account.unwrap().label),
        (made.name, "淇滨值班员".into())
    );
}

#[tokio::test]
async fn g01_accounts_are_listed_in_pages() {
    let t = identity().await;
    for n in 0..4 {
        client(&t)
            .create_account(new_account(&format!("clerk{n}"), Role::Care, ""))
            .await
            .unwrap();
    }
    let mut logins = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListAccountsRequest {
            page_size: 2,
            page_token,
        };
        let page = client(&t)
            .list_accounts(request)
            .await
            .unwrap()
            .into_inner();
        logins.extend(page.accounts.into_iter().map(|account| account.login));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    logins.sort();
    assert_eq!(logins, ["admin", "clerk0", "clerk1", "clerk2", "clerk3"]);
}

#[tokio::test]
async fn g01_a_disabled_account_does_not_log_in_and_the_last_administrator_stays() {
    let t = identity().await;
    let clerk = client(&t)
        .create_account(new_account("clerk", Role::Care, ""))
        .await
        .unwrap()
        .into_inner();
    let disable = |name: &str| pb::DisableAccountRequest {
        name: name.into(),
        request_id: String::new(),
    };
    let disabled = client(&t)
        .disable_account(disable(&clerk.name))
        .await
        .unwrap()
        .into_inner();
    assert!(disabled.disabled && disabled.disable_time.is_some());
    let status = login(&t, "clerk", PASSWORD).await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::Unauthenticated, "LOGIN_FAILED".into())
    );
    let twice = client(&t)
        .disable_account(disable(&clerk.name))
        .await
        .unwrap_err();
    assert_eq!(
        refusal(&twice),
        (Code::FailedPrecondition, "ACCOUNT_DISABLED".into())
    );

    let admin = login(&t, "admin", ADMIN_PASSWORD).await.unwrap().account;
    let last = client(&t)
        .disable_account(disable(&admin))
        .await
        .unwrap_err();
    assert_eq!(
        refusal(&last),
        (Code::FailedPrecondition, "LAST_ADMINISTRATOR".into())
    );
}

#[tokio::test]
async fn g01_passwords_are_changed_by_their_owner_or_an_administrator() {
    let t = identity().await;
    let clerk = client(&t)
        .create_account(new_account("clerk", Role::Care, ""))
        .await
        .unwrap()
        .into_inner();
    let change = |current: &str, new: &str, id: &str| pb::ChangePasswordRequest {
        name: clerk.name.clone(),
        current_password: current.into(),
        new_password: new.into(),
        request_id: id.into(),
    };
    let mut own = as_account(&t, &clerk.name, "ROLE_CARE");
    let wrong = own
        .change_password(change("guess", "Next-pass-88!", "c0"))
        .await
        .unwrap_err();
    assert_eq!(
        refusal(&wrong),
        (Code::Unauthenticated, "LOGIN_FAILED".into())
    );
    let weak = own
        .change_password(change(PASSWORD, "weak", ""))
        .await
        .unwrap_err();
    assert_eq!(
        refusal(&weak),
        (Code::InvalidArgument, "PASSWORD_LENGTH".into())
    );
    let first = own
        .change_password(change(PASSWORD, "Next-pass-88!", "c1"))
        .await
        .unwrap()
        .into_inner();
    let again = own
        .change_password(change(PASSWORD, "Next-pass-88!", "c1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    login(&t, "clerk", PASSWORD).await.unwrap_err();
    login(&t, "clerk", "Next-pass-88!").await.unwrap();

    let mut other = as_account(&t, "accounts/somebody-else", "ROLE_CARE");
    let denied = other
        .change_password(change("Next-pass-88!", "Third-pass-99!", ""))
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    for _ in 0..5 {
        login(&t, "clerk", "Wrong-2024-wrong").await.unwrap_err();
    }
    client(&t)
        .change_password(change("", "Third-pass-99!", ""))
        .await
        .unwrap();
    login(&t, "clerk", "Third-pass-99!").await.unwrap();
}

#[tokio::test]
async fn a_county_administrator_cannot_make_accounts() {
    let t = identity().await;
    let mut county = IdentityServiceClient::new(t.channel_as("ROLE_OPERATOR", "410611"));
    let denied = county
        .create_account(new_account("clerk", Role::CountyClerk, ""))
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn g09_a_dump_shows_no_password_hash_private_key_label_or_token() {
    let t = identity().await;
    client(&t)
        .create_account(new_account("clerk", Role::Care, "r1"))
        .await
        .unwrap();
    let mint = pb::MintTokenRequest {
        role: Role::Care.into(),
        request_id: "m1".into(),
        ..Default::default()
    };
    let minted = client(&t)
        .mint_token(mint)
        .await
        .unwrap()
        .into_inner()
        .access_token;
    let answer = login(&t, "clerk", PASSWORD).await.unwrap();
    login(&t, "Typed-Password-Here", "x").await.unwrap_err();

    let dump = t.dump().await;
    assert!(dump.contains("clerk"));
    let hex = |text: &str| {
        text.bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    // The header of an Ed25519 private key in PKCS#8.
    assert!(!dump.contains("302e020100300506032b6570"));
    for secret in [
        PASSWORD,
        ADMIN_PASSWORD,
        "argon2",
        "淇滨值班员",
        "typed-password-here",
        &minted,
        &answer.access_token,
    ] {
        assert!(
            !dump.contains(secret) && !dump.contains(&hex(secret)),
            "{secret}"
        );
    }
}
