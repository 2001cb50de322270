//! Handler of the report on what left the county.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use tonic::Request;

use super::convert::{optional_day, optional_reference};
use super::guard;
use crate::store::egress::Period;
use crate::usecase::{App, get_egress_report};

pub(crate) async fn report(
    app: &App,
    request: Request<pb::GetEgressReportRequest>,
) -> Result<pb::EgressReport, Fault> {
    let caller = jianyi_rpc::caller(&request)?.clone();
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let period = Period {
        from: optional_day(v, "from_day", &request.from_day),
        to: optional_day(v, "to_day", &request.to_day),
    };
    let person = optional_reference(v, &app.county, "person", &request.person);
    violations.finish()?;
    get_egress_report::run(app, &caller, period, person).await
}
