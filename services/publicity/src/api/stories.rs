//! Stories on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Pii};
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::{Recorded, Story};
use crate::word::Word as _;
use crate::{store, usecase};

impl From<Recorded<Story>> for pb::Story {
    fn from(record: Recorded<Story>) -> Self {
        let name = record.name();
        let Story {
            about,
            state,
            text,
            division,
        } = record.fact;
        Self {
            name,
            hero: about.map(|about| about.hero).unwrap_or_default(),
            state: state.to_wire(),
            text: text.as_ref().map(wire::person).unwrap_or_default(),
            division: division.to_string(),
            etag: record.version.to_string(),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn edit(
    app: &App,
    request: Request<pb::EditStoryRequest>,
) -> Result<Committed<pb::Story>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.get_ref();
    let mut form = Form::new("");
    let id = form.name("name", &request.name);
    let text = form.text("text", &request.text, 20_000);
    let (id, text) = form.finish(id.zip(text))?;
    usecase::edit_story(app, &call, id, Pii::new(text), &request.etag).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetStoryRequest>,
) -> Result<pb::Story, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let story = store::stories::get(&mut conn, id, app.db.cipher()).await?;
    Ok(story.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListStoriesRequest>,
) -> Result<pb::ListStoriesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let page = wire::page(app, request.page_size, &request.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::stories::list(&mut conn, &page, app.db.cipher()).await?;
    let (stories, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListStoriesResponse {
        stories,
        next_page_token,
    })
}
