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
    console: Option<&str>,
) -> Result<(), ExitCode> {
    let marker = data_dir.join(SHOWN);
    if marker.exists() {
        return Ok(());
    }
    match install(session, demonstration).await {
        Ok(accounts) => output::answer(table(&accounts, demonstration, console)),
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

/// Two lines per account at most: what to type, and how an authenticator gets the second factor.
fn table(accounts: &[InstalledAccount], demonstration: bool, console: Option<&str>) -> String {
    let mut text = String::from("\n首批账号(口令只显示这一次,请立即妥善保存)\n");
    if let Some(console) = console {
        text.push_str(&format!("  登录地址 {console}/\n"));
    }
    text.push_str(&row(["岗位", "登录名", "口令", "管辖范围", "动态口令密钥"]));
    for account in accounts {
        let division = account
            .grant
            .as_ref()
            .map_or("", |grant| grant.division.as_str());
        let second = if account.totp_secret.is_empty() {
            "不需要"
        } else {
            &account.totp_secret
        };
        text.push_str(&row([
            &account.label,
            &account.login,
            &account.password,
            division,
            if demonstration {
                second
            } else {
                "首次登录时绑定"
            },
        ]));
    }
    let enrolled: Vec<_> = accounts
        .iter()
        .filter(|account| !account.totp_uri.is_empty())
        .collect();
    if demonstration {
        text.push_str(
            "  演示账号无需首次改密。有密钥的账号登录时还要输入 6 位动态口令:把密钥手工录入任一验证器应用(基于时间,6 位,\
             30 秒),\n  或用下面的链接生成二维码扫描;命令行可用 oathtool --totp -b 密钥。\n",
        );
    } else {
        text.push_str("  首次登录须先修改口令,再绑定动态口令。\n");
    }
    for account in enrolled {
        text.push_str(&format!("    {}\n", account.totp_uri));
    }
    text
}

/// Columns as wide as they look: a Chinese character takes two places.
fn row(cells: [&str; 5]) -> String {
    const WIDTHS: [usize; 5] = [18, 11, 26, 11, 0];
    let mut line = String::from("  ");
    for (cell, width) in cells.into_iter().zip(WIDTHS) {
        let taken: usize = cell.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(taken)));
        if taken >= width && width > 0 {
            line.push(' ');
        }
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use jianyi_proto::identity::v1::RoleGrant;

    use super::*;

    #[test]
    fn each_account_shows_what_to_type_and_where_the_second_factor_comes_from() {
        let account = |label: &str, login: &str, secret: &str| InstalledAccount {
            label: label.into(),
            login: login.into(),
            password: "Aa1-bcdefgh".into(),
            grant: Some(RoleGrant {
                division: "410600".into(),
                ..RoleGrant::default()
            }),
            totp_secret: secret.into(),
            totp_uri: match secret {
                "" => String::new(),
                secret => format!("otpauth://totp/x?secret={secret}"),
            },
            ..InstalledAccount::default()
        };
        let accounts = [
            account("系统管理员", "system", "JBSWY3DPEHPK3PXP"),
            account("宣传", "publicity", ""),
        ];
        let shown = table(&accounts, true, Some("http://127.0.0.1:8640"));
        assert!(
            shown.contains("登录地址 http://127.0.0.1:8640/\n"),
            "{shown}"
        );
        let lines: Vec<_> = shown.lines().collect();
        let columns = |line: &str| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            columns(lines[4]),
            [
                "系统管理员",
                "system",
                "Aa1-bcdefgh",
                "410600",
                "JBSWY3DPEHPK3PXP"
            ]
        );
        assert_eq!(columns(lines[5])[4], "不需要");
        assert_eq!(shown.matches("otpauth://").count(), 1);
        assert!(!table(&accounts[1..], false, None).contains("登录地址"));
    }
}
