//! `jianyi verify audit`: whether anybody changed the record of who did what.
//!
//! Each instance checks its own log, and the heads it told are compared with the copies that all the others
//! keep: a log that was rewritten as a whole still contradicts them.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use jianyi_kernel::Timestamp;
use jianyi_proto::ops::v1 as pb;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use tonic::Status;
use tonic::transport::Channel;

use super::connect::ConnectArgs;
use super::{output, status};
use crate::client::{ClientError, Session};

/// A log of years takes its time.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
const PAGE: i32 = 500;

/// What to verify.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Recompute every audit log and compare it with the copies of its heads; exits 1 when one was changed, 69 when
    /// one could not be reached.
    Audit(ConnectArgs),
}

pub(super) async fn run(args: VerifyArgs) -> ExitCode {
    let What::Audit(connect) = args.what;
    match audit(&connect).await {
        Ok(true) => ExitCode::SUCCESS,
        // A log was changed, and the lines say which.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => output::finish(Err(error)),
    }
}

async fn audit(connect: &ConnectArgs) -> Result<bool, ClientError> {
    let session = connect.session()?;
    let instances: Vec<String> = status::statuses(&session)
        .await?
        .into_iter()
        .map(|service| service.service)
        .filter(|service| service != "gateway")
        .collect();
    let check = Check { session };
    let mut whole = true;
    let mut away = Vec::new();
    for instance in &instances {
        let verdict = match check.whole(instance).await {
            Ok(verdict) => verdict,
            // The others are verified all the same, and compared with each other's copies.
            Err(error) if error.is_away() => {
                output::answer(format_args!("{instance:<15} NOT REACHED: not verified"));
                away.push(instance.as_str());
                continue;
            }
            Err(error) => return Err(error),
        };
        let mut line = format!(
            "{instance:<15} {} entries, {} waiting, {} heads",
            verdict.entries, verdict.waiting, verdict.heads
        );
        let mut found = verdict.findings.first().map(describe);
        let mut copies = 0;
        for witness in instances.iter().filter(|witness| *witness != instance) {
            let compared = match check.against(instance, witness).await {
                Ok(compared) => compared,
                // It is told of on its own line.
                Err(error) if error.is_away() => continue,
                Err(error) => return Err(error),
            };
            copies += compared.copies;
            found = found.or_else(|| {
                compared
                    .found
                    .map(|text| format!("{text} (witness: {witness})"))
            });
        }
        let verdict = match &found {
            None => "OK".to_owned(),
            Some(text) => format!("CHANGED: {text}"),
        };
        // Writing to a String cannot fail.
        let _ = write!(line, ", {copies} copies elsewhere: {verdict}");
        output::answer(line);
        whole &= found.is_none();
    }
    if whole && !away.is_empty() {
        let told = format!(
            "not verified: {}; ask again when they are back",
            away.join(", ")
        );
        return Err(Status::unavailable(told).into());
    }
    Ok(whole)
}

/// What came of comparing a log with the copies of one witness.
struct Compared {
    copies: usize,
    found: Option<String>,
}

struct Check {
    session: Session,
}

impl Check {
    fn client(&self) -> OpsServiceClient<Channel> {
        OpsServiceClient::new(self.session.channel())
    }

    async fn request<M>(&self, message: M) -> Result<tonic::Request<M>, ClientError> {
        let mut request = self.session.request(message).await?;
        request.set_timeout(PATIENCE);
        Ok(request)
    }

    async fn verify(
        &self,
        message: pb::VerifyAuditRequest,
    ) -> Result<pb::VerifyAuditResponse, ClientError> {
        let request = self.request(message).await?;
        Ok(self.client().verify_audit(request).await?.into_inner())
    }

    async fn whole(&self, instance: &str) -> Result<pb::VerifyAuditResponse, ClientError> {
        self.verify(pb::VerifyAuditRequest {
            service: instance.to_owned(),
            ..Default::default()
        })
        .await
    }

    /// Compares page by page, so that years of copies need no more memory than a day's.
    async fn against(&self, instance: &str, witness: &str) -> Result<Compared, ClientError> {
        let mut compared = Compared {
            copies: 0,
            found: None,
        };
        let mut page_token = String::new();
        loop {
            let request = self
                .request(pb::ListWitnessedHeadsRequest {
                    service: witness.to_owned(),
                    instance: instance.to_owned(),
                    page_size: PAGE,
                    page_token,
                })
                .await?;
            let page = self
                .client()
                .list_witnessed_heads(request)
                .await?
                .into_inner();
            compared.copies += page.heads.len();
            let conflict = page.heads.iter().find(|copy| !copy.conflict.is_empty());
            if let Some(copy) = conflict
                && compared.found.is_none()
            {
                let size = copy.head.as_ref().map_or(0, |head| head.tree_size);
                compared.found = Some(format!("{} at size {size}", copy.conflict));
            }
            let verdict = self
                .verify(pb::VerifyAuditRequest {
                    service: instance.to_owned(),
                    witnessed: page
                        .heads
                        .into_iter()
                        .filter_map(|copy| copy.head)
                        .collect(),
                    witnessed_only: true,
                })
                .await?;
            compared.found = compared
                .found
                .or_else(|| verdict.findings.first().map(describe));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(compared);
            }
        }
    }
}

/// Names one finding in a line.
fn describe(finding: &pb::AuditFinding) -> String {
    let problem = finding.problem().as_str_name();
    let mut text = problem.trim_start_matches("AUDIT_PROBLEM_").to_owned();
    // Writing to a String cannot fail.
    if let Some(seq) = finding.seq {
        let _ = write!(text, " entry {seq}");
    }
    if let Some(position) = finding.position {
        let _ = write!(text, " at position {position}");
    }
    let time = finding
        .time
        .and_then(|at| Timestamp::from_unix(at.seconds, at.nanos));
    if let Some(time) = time {
        let _ = write!(text, " of {time}");
    }
    if !finding.method.is_empty() {
        let _ = write!(text, " {} by {}", finding.method, finding.caller);
    }
    text
}
