//! Requests for money on the wire.

use jianyi_kernel::{Clock, Fault, Fen, Provenance, Violations};
use jianyi_proto::care::v1 as pb;
use jianyi_proto::convert::timestamp;
use jianyi_proto::name;

use super::{OnTheWire as _, code, on_the_wire, provenance, provenance_reply, required};
use crate::domain::expense_request::{ExpenseRequest, ExpenseState};
use crate::domain::id::{ActivityId, ExpenseRequestId, FundKind};

on_the_wire!(
    ExpenseState,
    pb::ExpenseRequestState,
    Requested,
    Funded,
    Refused,
    Cancelled,
    Released
);

/// Money to ask for.
#[derive(Debug)]
pub(crate) struct NewExpenseRequest {
    /// The id to record it under.
    pub(crate) id: ExpenseRequestId,
    /// For which activity.
    pub(crate) activity: ActivityId,
    /// From which fund.
    pub(crate) fund: String,
    /// How much.
    pub(crate) amount_fen: Fen,
    /// What for.
    pub(crate) purpose: String,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

/// Reads what a client asks for.
pub(crate) fn parse(
    wire: Option<pb::ExpenseRequest>,
    clock: &Clock,
) -> Result<NewExpenseRequest, Fault> {
    let wire = required("expense_request", wire)?;
    let mut v = Violations::new();
    let activity = v.take(name::parse("expense_request.activity", &wire.activity));
    let fund = v.take(name::parse::<FundKind>("expense_request.fund", &wire.fund));
    let amount_fen = v.take(Fen::positive("expense_request.amount_fen", wire.amount_fen));
    let purpose = code(&mut v, "expense_request.purpose", &wire.purpose);
    let provenance = provenance(&mut v, "expense_request", wire.provenance);
    let build = || {
        Some(NewExpenseRequest {
            id: clock.new_id(),
            activity: activity?,
            fund: fund?.name(),
            amount_fen: amount_fen?,
            purpose: purpose?,
            provenance: provenance?,
        })
    };
    v.finish_with(build())
}

impl From<&ExpenseRequest> for pb::ExpenseRequest {
    fn from(request: &ExpenseRequest) -> Self {
        Self {
            name: request.id.name(),
            activity: request.activity.name(),
            fund: request.fund.clone(),
            amount_fen: request.amount_fen.get(),
            purpose: request.purpose.clone(),
            state: request.state.to_wire().into(),
            refusal: request.refusal.clone().unwrap_or_default(),
            provenance: Some(provenance_reply(&request.sources, &request.locations)),
            create_time: Some(timestamp(request.created_at)),
            etag: request.version.to_string(),
        }
    }
}
