//! Any history of changes, in any order and number of deliveries: the branch knows exactly the latest that it heard.

use std::collections::{BTreeMap, BTreeSet};

use jianyi_db::OutboxRow;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::branches::{Sites, said_to};
use super::*;

const COUNTY: &str = "410621";
const HISTORIES: usize = 12;
const PLACES: [(Role, &str); 5] = [
    (Role::CountyClerk, "410621"),
    (Role::TownshipStation, "410621103"),
    (Role::Care, "410621"),
    (Role::CountyClerk, "410622"),
    (Role::Oversight, "410600"),
];

#[derive(Debug, Clone)]
enum Step {
    Grant(usize),
    End(usize),
    ResetPassword,
    Disable,
    /// Delivers one of what was said so far, heard before or not.
    Deliver(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..PLACES.len()).prop_map(Step::Grant),
        4 => (0..8_usize).prop_map(Step::End),
        2 => Just(Step::ResetPassword),
        1 => Just(Step::Disable),
        8 => (0..64_usize).prop_map(Step::Deliver),
    ]
}

/// Role, division and end of each grant that lies within the county, as the city's API tells it.
type Grants = BTreeSet<(String, i32, String, Option<i64>)>;

/// One account's history at the city: what was true at each version that the branch was told.
struct History<'a> {
    sites: &'a Sites,
    account: String,
    login: String,
    password: String,
    former: String,
    resets: usize,
    expected: BTreeMap<i64, Grants>,
    heard: i64,
}

impl History<'_> {
    async fn said(&self) -> Vec<OutboxRow> {
        let mut rows = said_to(&self.sites.city, COUNTY).await;
        rows.retain(|row| row.resource == self.account);
        rows
    }

    async fn account(&self) -> pb::Account {
        let request = pb::GetAccountRequest {
            name: self.account.clone(),
        };
        client(&self.sites.city)
            .get_account(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// What the city would want the branch to know now.
    async fn within(&self) -> Grants {
        let account = self.account().await;
        let grants = account.grants.into_iter().filter(|_| !account.disabled);
        grants
            .filter(|grant| grant.division.starts_with(COUNTY))
            .map(|grant| {
                let until = grant.valid_until.map(|at| at.seconds);
                (grant.name, grant.role, grant.division, until)
            })
            .collect()
    }

    async fn change(&mut self, step: &Step) {
        let city = &self.sites.city;
        let before = self.said().await.len();
        let known = self.within().await;
        match step {
            Step::Grant(n) => {
                let (role, division) = PLACES[*n];
                let account = self.account().await;
                // What it holds already, and what a disabled account asks for, is refused and changes nothing.
                let _ = grant(city, &account, role, division).await;
            }
            Step::End(n) => {
                let grants = self.account().await.grants;
                if let Some(grant) = grants.get(n % grants.len().max(1)) {
                    let end = pb::EndGrantRequest {
                        name: grant.name.clone(),
                        request_id: String::new(),
                    };
                    client(city).end_grant(end).await.unwrap();
                }
            }
            Step::ResetPassword => {
                self.resets += 1;
                let new_password = format!("Reset-pass-{}!", self.resets);
                let change = pb::ChangePasswordRequest {
                    name: self.account.clone(),
                    current_password: String::new(),
                    new_password: new_password.clone(),
                    request_id: String::new(),
                };
                client(city).change_password(change).await.unwrap();
                self.former = std::mem::replace(&mut self.password, new_password);
            }
            Step::Disable => {
                let disable = pb::DisableAccountRequest {
                    name: self.account.clone(),
                    request_id: String::new(),
                };
                // The second time it is refused.
                let _ = client(city).disable_account(disable).await;
            }
            Step::Deliver(_) => {}
        }
        let now = self.within().await;
        let said = self.said().await;
        for row in &said[before..] {
            self.expected.insert(row.version, now.clone());
        }
        assert!(said.len() <= before + 1, "one change is told once");
        assert!(said.len() > before || now == known, "a change was not told");
    }

    async fn deliver(&mut self, n: usize) {
        let said = self.said().await;
        let Some(row) = said.get(n % said.len().max(1)) else {
            return;
        };
        let branch = &self.sites.branch;
        // Under an id of its own, so that it is not the inbox that makes repetitions harmless.
        let id = branch.clock().new_uuid();
        branch.deliver_row(row, id).await.unwrap();
        self.heard = self.heard.max(row.version);
        assert_eq!(
            self.known().await,
            (self.heard, self.expected[&self.heard].clone())
        );
    }

    /// What the branch knows: the version, and the grants by which it would let the account in.
    async fn known(&self) -> (i64, Grants) {
        let id = self.account.strip_prefix("accounts/").unwrap();
        let mut sql = self.sites.branch.sql().await;
        let version: i64 =
            sqlx::query_scalar("select version from account_copies where id = $1::uuid")
                .bind(id)
                .fetch_one(&mut sql)
                .await
                .unwrap();
        let rows: Vec<(String, String, String, Option<i64>)> = sqlx::query_as(
            "select 'accounts/' || account_id || '/grants/' || account_grants.id, role, division,
                    extract(epoch from valid_until)::bigint
             from account_grants join accounts on accounts.id = account_id
             where account_id = $1::uuid and disabled_at is null",
        )
        .bind(id)
        .fetch_all(&mut sql)
        .await
        .unwrap();
        let grants = rows.into_iter().map(|(name, role, division, until)| {
            let role = Role::from_str_name(&role).unwrap().into();
            (name, role, division, until)
        });
        (version, grants.collect())
    }

    async fn tries(&self, password: &str) -> String {
        match login(&self.sites.branch, &self.login, password).await {
            Ok(_) => "let in".into(),
            Err(status) => refusal(&status).1,
        }
    }
}

#[tokio::test]
async fn any_order_of_changes_and_deliveries_ends_in_the_latest_that_was_said() {
    let sites = Sites::start().await;
    let mut runner = TestRunner::deterministic();
    let histories = prop::collection::vec(step(), 4..16);
    let (mut told, mut taken_back) = (0, 0);
    for n in 0..HISTORIES {
        let steps = histories.new_tree(&mut runner).unwrap().current();
        println!("history {n}: {steps:?}");
        let login_name = format!("clerk-{n}");
        let mut history = History {
            account: account(&sites.city, &login_name).await.name,
            sites: &sites,
            login: login_name,
            password: NEXT_PASSWORD.into(),
            former: PASSWORD.into(),
            resets: 0,
            expected: BTreeMap::new(),
            heard: 0,
        };
        for step in &steps {
            match step {
                Step::Deliver(n) => history.deliver(*n).await,
                Step::Grant(_) | Step::End(_) | Step::ResetPassword | Step::Disable => {
                    history.change(step).await;
                }
            }
        }
        // Whatever was not heard yet arrives, the newest first.
        for n in (0..history.said().await.len()).rev() {
            history.deliver(n).await;
        }
        let Some((latest, grants)) = history.expected.last_key_value() else {
            assert_eq!(history.tries(NEXT_PASSWORD).await, "LOGIN_FAILED");
            continue;
        };
        assert_eq!(history.known().await, (*latest, grants.clone()));
        assert_eq!(*grants, history.within().await);
        told += 1;
        let outcome = history.tries(&history.password).await;
        if grants.is_empty() {
            taken_back += 1;
            assert_eq!(outcome, "LOGIN_FAILED");
        } else {
            assert_ne!(outcome, "LOGIN_FAILED");
        }
        assert_eq!(history.tries(&history.former).await, "LOGIN_FAILED");
    }
    assert!(
        2 * told >= HISTORIES && taken_back > 0,
        "{told} {taken_back}"
    );
}
