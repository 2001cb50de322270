//! Handlers of branches.

use jianyi_kernel::{Division, DivisionLevel, Fault, Violation};
use jianyi_proto::convert::timestamp;
use jianyi_proto::identity::v1 as pb;
use tonic::Request;

use crate::store;
use crate::store::branches::Overview;
use crate::usecase::{self, App};

pub(super) async fn ensure(
    app: &App,
    request: Request<pb::EnsureBranchRequest>,
) -> Result<pb::EnsureBranchResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    let county = county("division", &request.division)?;
    let ensured = usecase::ensure_branch(app, &call, county, request.replace_key);
    Ok(ensured.await?.into_reply())
}

pub(super) async fn end(
    app: &App,
    request: Request<pb::EndBranchRequest>,
) -> Result<pb::Branch, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let name = request.get_ref().name.strip_prefix("branches/");
    let county = county("name", name.unwrap_or_default())?;
    Ok(usecase::end_branch(app, &call, &county).await?.into_reply())
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListBranchesRequest>,
) -> Result<pb::ListBranchesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let mut conn = app.db.read(&caller).await?;
    let branches = store::branches::overview(&mut conn, None).await?;
    Ok(pb::ListBranchesResponse {
        branches: branches.into_iter().map(Overview::into).collect(),
    })
}

fn county(field: &str, code: &str) -> Result<Division, Violation> {
    Division::parse(field, code)
        .ok()
        .filter(|county| county.level() == DivisionLevel::County && Division::city().covers(county))
        .ok_or_else(|| {
            Violation::new(
                field,
                "DIVISION_NOT_A_COUNTY",
                "a branch is of one of the city's counties, by six digits".into(),
                "分支只能属于本市的一个县区,请填写 6 位县区代码",
            )
        })
}

impl From<Overview> for pb::Branch {
    fn from(overview: Overview) -> Self {
        let branch = overview.branch;
        Self {
            name: branch.name(),
            division: branch.division.to_string(),
            create_time: Some(timestamp(branch.created_at)),
            key_time: Some(timestamp(branch.key_made_at)),
            end_time: branch.ended_at.map(timestamp),
            accounts: overview.accounts,
            valid_until: overview.valid_until.map(timestamp),
        }
    }
}
