//! What `OpsService` answers about the log of its instance.

use jianyi_db::{AuditFilter, AuditVerdict};
use jianyi_kernel::{Fault, Timestamp, Violation};
use jianyi_proto::ops::v1 as pb;
use jianyi_rpc::Page;
use uuid::Uuid;

use super::wire;
use crate::endpoint::Ops;

/// Copies that are compared in one call.
const COPIES: usize = 1000;

impl Ops {
    pub(crate) async fn audit_entries(
        &self,
        request: pb::ListAuditEntriesRequest,
    ) -> Result<pb::ListAuditEntriesResponse, Fault> {
        let filter = AuditFilter {
            since: instant("since_time", request.since_time)?,
            until: instant("until_time", request.until_time)?,
            caller: some(request.caller),
            method_prefix: some(request.method_prefix),
            resource: some(request.resource),
        };
        let page = Page::parse(
            request.page_size,
            &request.page_token,
            &format!("audit entries {filter:?}"),
            self.db.cipher().token_key(),
        )?;
        let entries = self
            .db
            .audit_entries(&filter, after(&page), page.limit())
            .await?;
        let (entries, next_page_token) = page.cut(entries, |entry| (entry.at, number(entry.seq)));
        Ok(pb::ListAuditEntriesResponse {
            entries: entries.into_iter().map(wire::entry).collect(),
            next_page_token,
        })
    }

    pub(crate) async fn verified(
        &self,
        request: pb::VerifyAuditRequest,
    ) -> Result<pb::VerifyAuditResponse, Fault> {
        if request.witnessed.len() > COPIES {
            return Err(Violation::new(
                "witnessed",
                "TOO_MANY",
                format!("at most {COPIES} heads are compared in one call"),
                "一次最多核对 1000 个树头",
            )
            .into());
        }
        let copies = request
            .witnessed
            .into_iter()
            .map(|head| wire::signed(head).map_err(|violation| violation.within("witnessed")))
            .collect::<Result<Vec<_>, _>>()?;
        let mut verdict = if request.witnessed_only {
            AuditVerdict::default()
        } else {
            self.db.verify_audit().await?
        };
        self.db
            .compare_audit_heads(&self.instance, &copies, &mut verdict)
            .await?;
        Ok(wire::verdict(verdict))
    }

    pub(crate) async fn witnessed_heads(
        &self,
        request: pb::ListWitnessedHeadsRequest,
    ) -> Result<pb::ListWitnessedHeadsResponse, Fault> {
        let instance = some(request.instance);
        let page = Page::parse(
            request.page_size,
            &request.page_token,
            &format!("witnessed heads {instance:?}"),
            self.db.cipher().token_key(),
        )?;
        let copies = self
            .db
            .witnessed_heads(instance.as_deref(), after(&page).unwrap_or(0), page.limit())
            .await?;
        let (copies, next_page_token) =
            page.cut(copies, |copy| (copy.received_at, number(copy.seq)));
        Ok(pb::ListWitnessedHeadsResponse {
            heads: copies.into_iter().map(wire::witnessed).collect(),
            next_page_token,
        })
    }
}

/// Numbers of rows travel in the page token where ids do.
fn number(seq: i64) -> Uuid {
    Uuid::from_u64_pair(0, u64::try_from(seq).unwrap_or(0))
}

fn after(page: &Page) -> Option<i64> {
    page.after_id()
        .and_then(|id| i64::try_from(id.as_u64_pair().1).ok())
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn instant(
    field: &str,
    wire: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Violation> {
    wire.map(|at| {
        Timestamp::from_unix(at.seconds, at.nanos).ok_or_else(|| {
            Violation::new(
                field,
                "TIME_MALFORMED",
                "not an instant between the years 0 and 9999".into(),
                "时间超出范围",
            )
        })
    })
    .transpose()
}
