//! Tasks of plans: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Id, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, codes, ordinal, page};
use crate::domain::Stored;
use crate::domain::plan::Plan;
use crate::domain::task::{Milestone, PlanTask, Progress, TaskState};
use crate::store::{self, Window};
use crate::usecase::create_plan_task::create_plan_task;
use crate::usecase::update_task_progress;
use crate::usecase::{App, found};
use crate::wire::wire_name;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreatePlanTaskRequest>,
) -> Result<pb::PlanTask, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let parent = name::parse("parent", &wire.parent)?;
    let new = parse(parent, wire.plan_task.unwrap_or_default())?;
    create_plan_task(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetPlanTaskRequest>,
) -> Result<pb::PlanTask, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (_, id) = name::parse_child::<Plan, PlanTask>("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::plan_tasks::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListPlanTasksRequest>,
) -> Result<pb::ListPlanTasksResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let parent: Id<Plan> = name::parse("parent", &wire.parent)?;
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, &wire.parent)?;
    let window = Window {
        parent: Some(parent.as_uuid()),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::plan_tasks::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListPlanTasksResponse {
        plan_tasks: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

/// Says how far a task is.
pub(crate) async fn update_progress(
    app: &App,
    request: Request<pb::UpdateTaskProgressRequest>,
) -> Result<pb::PlanTask, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let mut v = Violations::new();
    let id = v
        .take(name::parse_child::<Plan, PlanTask>("name", &wire.name))
        .map(|(_, id)| id);
    let state = v.take(code_in("state", STATE, wire.state().as_str_name()));
    let milestones = milestones(&mut v, "milestones", &wire.milestones);
    let evidence = codes(&mut v, "evidence", wire.evidence);
    let news = state
        .zip(milestones)
        .zip(evidence)
        .map(|((state, milestones), evidence)| Progress {
            state,
            milestones,
            evidence,
        });
    let (id, news) = v.finish_with(id.zip(news))?;
    update_task_progress::update_task_progress(app, &call, id, news, &wire.etag)
        .await
        .map(Committed::into_reply)
}

const STATE: &str = "TASK_STATE_";

fn milestones(v: &mut Violations, field: &str, wire: &[pb::Milestone]) -> Option<Vec<Milestone>> {
    wire.iter()
        .map(|step| {
            let title = v.text(&format!("{field}.title"), &step.title, 200);
            let due_on = v.take(FuzzyDate::parse(&format!("{field}.due_on"), &step.due_on));
            let reached_on = v.take(FuzzyDate::parse(
                &format!("{field}.reached_on"),
                &step.reached_on,
            ));
            Some(Milestone {
                title: title?,
                due_on: due_on?.to_string(),
                reached_on: reached_on?.to_string(),
            })
        })
        .collect()
}

fn milestone(step: Milestone) -> pb::Milestone {
    pb::Milestone {
        title: step.title,
        due_on: step.due_on,
        reached_on: step.reached_on,
    }
}

fn parse(plan: Id<Plan>, wire: pb::PlanTask) -> Result<PlanTask, Fault> {
    let mut v = Violations::new();
    let ordinal = v.take(ordinal("plan_task.ordinal", wire.ordinal));
    let title = v.text("plan_task.title", &wire.title, 200);
    let owner = v.optional_text("plan_task.owner", &wire.owner, 60);
    let state = v.take(match wire.state() {
        pb::TaskState::Unspecified => Ok(TaskState::NotStarted),
        stated @ (pb::TaskState::NotStarted
        | pb::TaskState::InProgress
        | pb::TaskState::Done
        | pb::TaskState::Dropped) => code_in("plan_task.state", STATE, stated.as_str_name()),
    });
    let milestones = milestones(&mut v, "plan_task.milestones", &wire.milestones);
    let evidence = codes(&mut v, "plan_task.evidence", wire.evidence);
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(PlanTask {
            plan,
            ordinal: ordinal?,
            title: title?,
            owner: owner?,
            state: state?,
            milestones: milestones?,
            evidence: evidence?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<PlanTask>> for pb::PlanTask {
    fn from(stored: Stored<PlanTask>) -> Self {
        let it = stored.it;
        Self {
            name: name::child(it.plan, stored.id),
            ordinal: it.ordinal,
            title: it.title,
            owner: it.owner,
            state: pb::TaskState::from_str_name(&wire_name(STATE, it.state))
                .unwrap_or_default()
                .into(),
            milestones: it.milestones.into_iter().map(milestone).collect(),
            evidence: it.evidence,
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
            etag: stored.version.to_string(),
        }
    }
}
