//! The people of a story: each logs in through the real identity, with a password and, where it is asked for, a code.

use std::collections::BTreeMap;

use jianyi_kernel::Clock;
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::api::v1::Role;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::Policies;
use jianyi_standalone::client::Session;
use jianyi_standalone::program_key::ProgramKey;
use jianyi_testkit::{Bearer, TestChannel, authenticator};
use tokio::sync::{Mutex, OnceCell};
use tonic::transport::Channel;

const CITY: &str = "410600";
const SYSTEM: &str = "ROLE_SYSTEM_ADMINISTRATOR";
const SECURITY: &str = "ROLE_SECURITY_ADMINISTRATOR";
const FIRST_PASSWORD: &str = "First-of-all-2024!";
const OWN_PASSWORD: &str = "My-own-words-2024!";

/// Accounts, and the tokens that were got for them.
#[derive(Debug)]
pub(crate) struct People {
    operator: Session,
    installed: OnceCell<Vec<pb::InstalledAccount>>,
    /// By role and division: a code counts once, so everybody logs in once.
    tokens: Mutex<BTreeMap<(String, String), String>>,
}

impl People {
    pub(crate) fn new(operator: Session) -> Self {
        Self {
            operator,
            installed: OnceCell::new(),
            tokens: Mutex::default(),
        }
    }

    /// Everybody at once: for each method a token of somebody who may call it.
    pub(crate) async fn everybody(&self) -> Bearer {
        let operator = (self.operator.tokens())()
            .await
            .expect("the operator's token");
        let mut tokens = vec![("ROLE_OPERATOR".to_owned(), operator)];
        for account in self.installed().await {
            let (role, division) = held(account);
            let token = self.token_as(&role, &division).await;
            tokens.push((role, token));
        }
        let policies = Policies::from_descriptors(DESCRIPTOR_SET).expect("policies");
        Bearer::choosing(move |path| {
            let policy = policies.of(path).flatten()?;
            let may = |(role, _): &&(String, String)| policy.roles.contains(role);
            tokens.iter().find(may).map(|(_, token)| token.clone())
        })
    }

    pub(crate) async fn token_as(&self, role: &str, division: &str) -> String {
        let key = (role.to_owned(), division.to_owned());
        if let Some(token) = self.tokens.lock().await.get(&key) {
            return token.clone();
        }
        let demonstration = self
            .installed()
            .await
            .iter()
            .find(|account| held(account) == key);
        let token = match demonstration {
            Some(account) => self.log_in(account).await,
            None => Box::pin(self.newcomer(role, division)).await,
        };
        self.tokens.lock().await.insert(key, token.clone());
        token
    }

    /// A registered program of an agency: it signs an assertion and gets a token for its methods.
    pub(crate) async fn agency(&self, methods: &[&str]) -> String {
        let key = ProgramKey::generate();
        let x = key.public().expect("public key");
        let year = 365 * 24 * 60 * 60;
        let client = pb::Client {
            kind: pb::ClientKind::BusOperator.into(),
            label: "市公交公司".into(),
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            divisions: vec![CITY.into()],
            public_key_jwk: format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#),
            valid_until: Some(prost_types::Timestamp {
                seconds: Clock::system().now().to_unix().0 + year,
                nanos: 0,
            }),
            ..Default::default()
        };
        let mut security = self.administrator(SECURITY).await;
        let client = security
            .register_client(pb::RegisterClientRequest {
                client: Some(client),
                request_id: String::new(),
            })
            .await
            .expect("registered")
            .into_inner();
        let assertion = key
            .assertion_of(&client.name, Clock::system().now().as_offset())
            .expect("assertion");
        self.nobody()
            .exchange_assertion(pb::ExchangeAssertionRequest {
                assertion,
                client: String::new(),
            })
            .await
            .expect("exchanged")
            .into_inner()
            .access_token
    }

    async fn installed(&self) -> &[pb::InstalledAccount] {
        self.installed
            .get_or_init(|| async {
                let request = self
                    .operator
                    .request(pb::InstallAccountsRequest {
                        demonstration: true,
                    })
                    .await
                    .expect("the operator's token");
                self.nobody()
                    .install_accounts(request)
                    .await
                    .expect("first accounts")
                    .into_inner()
                    .accounts
            })
            .await
    }

    async fn log_in(&self, account: &pb::InstalledAccount) -> String {
        let code = if account.totp_secret.is_empty() {
            String::new()
        } else {
            authenticator(&account.totp_secret, Clock::system().now())
        };
        self.nobody()
            .login(pb::LoginRequest {
                login: account.login.clone(),
                password: account.password.clone(),
                code,
            })
            .await
            .unwrap_or_else(|status| panic!("{}: {status:?}", account.login))
            .into_inner()
            .access_token
    }

    /// One administrator makes an account, another grants; its owner changes the password and, where the role
    /// asks for it, enrols a second factor.
    async fn newcomer(&self, role: &str, division: &str) -> String {
        let login = format!(
            "{}-{division}",
            role.trim_start_matches("ROLE_").to_lowercase()
        );
        let account = self
            .administrator(SYSTEM)
            .await
            .create_account(pb::CreateAccountRequest {
                account: Some(pb::Account {
                    login: login.clone(),
                    label: "值班".into(),
                    ..Default::default()
                }),
                password: FIRST_PASSWORD.into(),
                request_id: String::new(),
            })
            .await
            .expect("account")
            .into_inner();
        let role = Role::from_str_name(role).expect("a role of the contract");
        self.administrator(SECURITY)
            .await
            .add_grant(pb::AddGrantRequest {
                name: account.name.clone(),
                grant: Some(pb::RoleGrant {
                    role: role.into(),
                    division: division.into(),
                    ..Default::default()
                }),
                reason: "值班".into(),
                request_id: String::new(),
            })
            .await
            .expect("grant");
        let first = pb::LoginRequest {
            login,
            password: FIRST_PASSWORD.into(),
            code: String::new(),
        };
        let mut pair = self
            .nobody()
            .login(first)
            .await
            .expect("login")
            .into_inner();
        assert!(pair.must_change_password);
        let change = pb::ChangePasswordRequest {
            name: account.name,
            current_password: FIRST_PASSWORD.into(),
            new_password: OWN_PASSWORD.into(),
            request_id: String::new(),
        };
        let mut own = self.with(pair.access_token);
        own.change_password(change).await.expect("own password");
        pair = self.next(pair.refresh_token).await;
        if pair.must_enrol_second_factor {
            let mut own = self.with(pair.access_token);
            let begun = own.begin_totp(pb::BeginTotpRequest {}).await;
            let secret = begun.expect("a second factor").into_inner().secret;
            let code = authenticator(&secret, Clock::system().now());
            own.confirm_totp(pb::ConfirmTotpRequest { code })
                .await
                .expect("confirmed");
            pair = self.next(pair.refresh_token).await;
        }
        pair.access_token
    }

    async fn next(&self, refresh_token: String) -> pb::LoginResponse {
        self.nobody()
            .refresh_token(pb::RefreshTokenRequest {
                refresh_token,
                request_id: String::new(),
            })
            .await
            .expect("the next pair")
            .into_inner()
    }

    async fn administrator(&self, role: &str) -> IdentityServiceClient<TestChannel> {
        let token = Box::pin(self.token_as(role, CITY)).await;
        self.with(token)
    }

    fn with(&self, token: String) -> IdentityServiceClient<TestChannel> {
        IdentityServiceClient::new(TestChannel::new(
            self.operator.channel(),
            Bearer::new(token),
        ))
    }

    fn nobody(&self) -> IdentityServiceClient<Channel> {
        IdentityServiceClient::new(self.operator.channel())
    }
}

/// Role and division of an installed account.
fn held(account: &pb::InstalledAccount) -> (String, String) {
    let grant = account.grant.as_ref().expect("its one grant");
    (
        grant.role().as_str_name().to_owned(),
        grant.division.clone(),
    )
}
