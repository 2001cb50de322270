//! The first accounts of a new system, made and shown once.

use std::path::Path;
use std::process::ExitCode;

use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_proto::identity::v1::{InstallAccountsRequest, InstalledAccount};
use tonic_types::StatusExt as _;

use super::output;
use crate::client::{ClientError, Session};

/// Written when the first accounts have been shown.
const SHOWN: &str = "accounts.shown";

/// Makes the first accounts of a data directory and shows them, unless that was done before.
pub(super) async fn show_once(
    session: &Session,
    data_dir: &Path,
    demonstration: bool,
) -> Result<(), ExitCode> {
    let marker = data_dir.join(SHOWN);
    if marker.exists() {
        return Ok(());
    }
    match install(session, demonstration).await {
        Ok(accounts) => output::answer(table(&accounts, demonstration)),
        // Somebody has logged in already, so they were shown.
        Err(ClientError::Refused(status)) if is_installed(&status) => {}
        Err(error) => return Err(output::fail(&error, error.exit_code())),
    }
    std::fs::write(&marker, "").map_err(|error| output::fail(&error, 74))
}

async fn install(
    session: &Session,
    demonstration: bool,
) -> Result<Vec<InstalledAccount>, ClientError> {
    let request = session
        .request(InstallAccountsRequest { demonstration })
        .await?;
    let reply = IdentityServiceClient::new(session.channel())
        .install_accounts(request)
        .await?;
    Ok(reply.into_inner().accounts)
}

fn is_installed(status: &tonic::Status) -> bool {
    status
        .get_error_details()
        .error_info()
        .is_some_and(|info| info.reason == "ALREADY_INSTALLED")
}

/// One line per account; authenticators scan or are typed the last column.
fn table(accounts: &[InstalledAccount], demonstration: bool) -> String {
    let mut text = String::from("\n首批账号(口令只显示这一次,请立即妥善保存)\n");
    for account in accounts {
        let division = account
            .grant
            .as_ref()
            .map_or("", |grant| grant.division.as_str());
        let code = if account.totp_uri.is_empty() {
            String::new()
        } else {
            format!("  {}", account.totp_uri)
        };
        text.push_str(&format!(
            "  {:<10} {}  {:<9}  {}{code}\n",
            account.login, account.password, division, account.label
        ));
    }
    text.push_str(if demonstration {
        "  演示账号无需首次改密;otpauth:// 为动态口令密钥,请录入验证器应用。\n"
    } else {
        "  首次登录须先修改口令,再绑定动态口令。\n"
    });
    text
}
