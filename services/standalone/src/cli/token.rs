//! `jianyi token`: a bearer token for scripts and third-party clients.

use std::process::ExitCode;

use clap::Args;
use jianyi_proto::identity::v1::MintTokenRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;

use super::connect::ConnectArgs;
use super::output;
use crate::client::ClientError;

/// An access token on standard output.
#[derive(Debug, Args)]
pub(super) struct TokenArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// What the token may do, e.g. `LEADER`, `CARE`, `COUNTY_CLERK`; without it, all the administrator may.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// Where it may do it: a division code.
    #[arg(long, value_name = "CODE", default_value = jianyi_kernel::HEBI)]
    division: String,

    /// For how long, in seconds; at most a day.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    ttl: i64,
}

pub(super) async fn run(args: TokenArgs) -> ExitCode {
    output::finish(mint(args).await)
}

async fn mint(args: TokenArgs) -> Result<(), ClientError> {
    let session = args.connect.session()?;
    let role = args
        .role
        .as_deref()
        .unwrap_or("ADMINISTRATOR")
        .to_uppercase();
    let role = if role.starts_with("ROLE_") {
        role
    } else {
        format!("ROLE_{role}")
    };
    let role = jianyi_proto::api::v1::Role::from_str_name(&role)
        .ok_or_else(|| tonic::Status::invalid_argument(format!("there is no role {role}")))?;
    let request = MintTokenRequest {
        role: role.into(),
        division: args.division,
        ttl_seconds: args.ttl,
        ..Default::default()
    };
    let request = session.request(request).await?;
    let reply = IdentityServiceClient::new(session.channel())
        .mint_token(request)
        .await?;
    output::answer(reply.into_inner().access_token);
    Ok(())
}
