//! Accounts: made, listed, disabled, their passwords changed; nothing secret in the dump.

use std::time::Duration;

use jianyi_testkit::authenticator;

use super::*;

fn request(login: &str, request_id: &str) -> pb::CreateAccountRequest {
    pb::CreateAccountRequest {
        account: Some(pb::Account {
            login: login.into(),
            label: "淇滨值班员".into(),
            ..Default::default()
        }),
        password: PASSWORD.into(),
        request_id: request_id.into(),
    }
}

#[tokio::test]
async fn g01_an_account_is_made_once_and_holds_nothing() {
    let t = identity().await;
    let made = client(&t)
        .create_account(request("clerk", "r1"))
        .await
        .unwrap()
        .into_inner();
    let again = client(&t)
        .create_account(request("clerk", "r1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(made, again);
    assert!(made.grants.is_empty() && made.must_change_password);
    let taken = client(&t)
        .create_account(request("clerk", "r2"))
        .await
        .unwrap_err();
    assert_eq!(taken.code(), Code::AlreadyExists);
    let holder = taken.get_error_details().resource_info().cloned().unwrap();
    assert_eq!(holder.resource_name, made.name);
    let nothing = login(&t, "clerk", PASSWORD).await.unwrap_err();
    assert_eq!(
        refusal(&nothing),
        (Code::FailedPrecondition, "NOTHING_GRANTED".into())
    );

    grant(&t, &made, Role::CountyClerk, "410611").await.unwrap();
    let got = client(&t)
        .get_account(pb::GetAccountRequest {
            name: made.name.clone(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(got.grants.len(), 1);
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
    for n in 0..5 {
        new_account(&t, &format!("clerk{n}")).await;
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
    assert_eq!(logins, ["clerk0", "clerk1", "clerk2", "clerk3", "clerk4"]);
}

#[tokio::test]
async fn g01_a_disabled_account_neither_logs_in_nor_goes_on() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::Care, "410600").await;
    let pair = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let disable = || pb::DisableAccountRequest {
        name: clerk.name.clone(),
        request_id: String::new(),
    };
    let disabled = client(&t)
        .disable_account(disable())
        .await
        .unwrap()
        .into_inner();
    assert!(disabled.disabled && disabled.disable_time.is_some());
    let ended = refresh(&t, &pair.refresh_token, "").await.unwrap_err();
    assert_eq!(
        refusal(&ended),
        (Code::Unauthenticated, "SESSION_ENDED".into())
    );
    let status = login(&t, "clerk", NEXT_PASSWORD).await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::Unauthenticated, "LOGIN_FAILED".into())
    );
    let twice = client(&t).disable_account(disable()).await.unwrap_err();
    assert_eq!(
        refusal(&twice),
        (Code::FailedPrecondition, "ACCOUNT_DISABLED".into())
    );
}

#[tokio::test]
async fn g03_the_last_system_and_security_administrators_stay() {
    let t = identity().await;
    for (login_name, role) in [
        ("system", Role::SystemAdministrator),
        ("security", Role::SecurityAdministrator),
    ] {
        let last = worker(&t, login_name, role, "410600").await;
        let disable = |name: &str| pb::DisableAccountRequest {
            name: name.into(),
            request_id: String::new(),
        };
        let end = |account: &pb::Account| pb::EndGrantRequest {
            name: account.grants[0].name.clone(),
            request_id: String::new(),
        };
        let refused = (Code::FailedPrecondition, "LAST_ADMINISTRATOR".to_owned());
        let status = client(&t).disable_account(disable(&last.name)).await;
        assert_eq!(refusal(&status.unwrap_err()), refused);
        let status = client(&t).end_grant(end(&last)).await;
        assert_eq!(refusal(&status.unwrap_err()), refused);
        worker(&t, &format!("{login_name}2"), role, "410600").await;
        client(&t).end_grant(end(&last)).await.unwrap();
    }
}

#[tokio::test]
async fn g01_passwords_are_changed_by_their_owner_or_the_system_administrator() {
    let t = identity().await;
    let clerk = new_account(&t, "clerk").await;
    grant(&t, &clerk, Role::Care, "410600").await.unwrap();
    let change = |current: &str, new: &str, id: &str| pb::ChangePasswordRequest {
        name: clerk.name.clone(),
        current_password: current.into(),
        new_password: new.into(),
        request_id: id.into(),
    };
    let mut own = as_account(&t, &clerk.name, "ROLE_CARE");
    let wrong = own
        .change_password(change("guess", NEXT_PASSWORD, "c0"))
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
        .change_password(change(PASSWORD, NEXT_PASSWORD, "c1"))
        .await
        .unwrap()
        .into_inner();
    let again = own
        .change_password(change(PASSWORD, NEXT_PASSWORD, "c1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    login(&t, "clerk", PASSWORD).await.unwrap_err();
    login(&t, "clerk", NEXT_PASSWORD).await.unwrap();

    for role in [
        "ROLE_CARE",
        "ROLE_SECURITY_ADMINISTRATOR",
        "ROLE_AUDIT_ADMINISTRATOR",
    ] {
        let mut other = as_account(&t, "accounts/somebody-else", role);
        let denied = other
            .change_password(change(NEXT_PASSWORD, "Third-pass-99!", ""))
            .await
            .unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied);
    }
    for _ in 0..5 {
        login(&t, "clerk", "Wrong-2024-wrong").await.unwrap_err();
    }
    let reset = as_account(&t, "accounts/1", "ROLE_SYSTEM_ADMINISTRATOR")
        .change_password(change("", "Third-pass-99!", ""))
        .await
        .unwrap()
        .into_inner();
    assert!(reset.must_change_password);
    let pair = login(&t, "clerk", "Third-pass-99!").await.unwrap();
    assert!(pair.must_change_password);
}

#[tokio::test]
async fn g01_the_last_five_passwords_do_not_come_back() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::Care, "410600").await;
    let mut own = as_account(&t, &clerk.name, "ROLE_CARE");
    let password = |n: usize| match n {
        0 => NEXT_PASSWORD.to_owned(),
        n => format!("Password-number-{n}!"),
    };
    let change = |from: usize, to: usize| pb::ChangePasswordRequest {
        name: clerk.name.clone(),
        current_password: password(from),
        new_password: password(to),
        request_id: String::new(),
    };
    for n in 0..4 {
        // Two changes in one instant have no order.
        t.clock().advance(Duration::from_secs(60));
        own.change_password(change(n, n + 1)).await.unwrap();
    }
    for n in 0..5 {
        let status = own.change_password(change(4, n)).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::FailedPrecondition, "PASSWORD_REUSED".into()),
            "{n}"
        );
    }
    own.change_password(change(4, 5)).await.unwrap();
    own.change_password(change(5, 0)).await.unwrap();
}

#[tokio::test]
async fn g03_who_may_make_accounts_may_not_grant_and_the_reverse() {
    let t = identity().await;
    let made = new_account(&t, "clerk").await;
    for role in [
        "ROLE_SECURITY_ADMINISTRATOR",
        "ROLE_AUDIT_ADMINISTRATOR",
        "ROLE_OPERATOR",
        "ROLE_LEADER",
    ] {
        let denied = as_account(&t, "accounts/1", role)
            .create_account(request("other", ""))
            .await
            .unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied, "{role}");
    }
    for role in [
        "ROLE_SYSTEM_ADMINISTRATOR",
        "ROLE_AUDIT_ADMINISTRATOR",
        "ROLE_OPERATOR",
        "ROLE_LEADER",
    ] {
        let denied = as_account(&t, "accounts/1", role)
            .add_grant(granting(&made, Role::Care, "410600"))
            .await
            .unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied, "{role}");
    }
    let county = IdentityServiceClient::new(t.channel_as("ROLE_SYSTEM_ADMINISTRATOR", "410611"))
        .create_account(request("other", ""))
        .await
        .unwrap_err();
    assert_eq!(county.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn g01_the_first_accounts_are_shown_until_somebody_uses_them() {
    let t = identity().await;
    let install = |demonstration| {
        let mut operator = as_account(&t, "clients/operator", "ROLE_OPERATOR");
        async move {
            operator
                .install_accounts(pb::InstallAccountsRequest { demonstration })
                .await
                .map(|reply| reply.into_inner().accounts)
        }
    };
    assert_eq!(install(false).await.unwrap().len(), 3);
    let shown = install(true).await.unwrap();
    assert_eq!(shown.len(), 15);
    for account in &shown {
        let code = if account.totp_secret.is_empty() {
            String::new()
        } else {
            authenticator(&account.totp_secret, t.clock().now())
        };
        let pair = login_with(&t, &account.login, &account.password, &code)
            .await
            .unwrap_or_else(|status| panic!("{}: {status:?}", account.login));
        assert!(!pair.must_change_password && !pair.must_enrol_second_factor);
        let caller = verify(&t, &pair.access_token).await.unwrap();
        assert_eq!(caller.grants.len(), 1);
        assert_eq!(caller.proof.strong, !code.is_empty(), "{}", account.login);
    }
    let status = install(false).await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::FailedPrecondition, "ALREADY_INSTALLED".into())
    );
}

#[tokio::test]
async fn g09_a_dump_shows_no_password_hash_private_key_label_token_or_second_factor() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::Care, "410600").await;
    let mint = pb::MintTokenRequest {
        role: Role::Oversight.into(),
        request_id: "m1".into(),
        ..Default::default()
    };
    let minted = client(&t)
        .mint_token(mint)
        .await
        .unwrap()
        .into_inner()
        .access_token;
    let mut own = as_account(&t, &clerk.name, "ROLE_CARE");
    let begun = own.begin_totp(pb::BeginTotpRequest {}).await.unwrap();
    let secret = begun.into_inner().secret;
    let code = authenticator(&secret, t.clock().now());
    let confirmed = own.confirm_totp(pb::ConfirmTotpRequest { code }).await;
    let recovery = confirmed.unwrap().into_inner().recovery_codes;
    let pair = login_with(&t, "clerk", NEXT_PASSWORD, &recovery[0])
        .await
        .unwrap();
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
        NEXT_PASSWORD,
        "argon2",
        "淇滨值班员",
        "岗位需要",
        "typed-password-here",
        &minted,
        &pair.access_token,
        &pair.refresh_token,
        &secret,
        &recovery[1],
        &recovery[1].replace('-', ""),
    ] {
        assert!(
            !dump.contains(secret) && !dump.contains(&hex(secret)),
            "{secret}"
        );
    }
}
