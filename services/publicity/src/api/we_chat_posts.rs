//! `WeChat` posts on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Id};
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::{Recorded, WeChatPost};
use crate::word::Word as _;
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::WeChatPost) -> Option<WeChatPost> {
    let title = form.title(&wire.title);
    let category = form.word("category", wire.category);
    let published_on = form.fuzzy("published_on", &wire.published_on);
    let reprint_of = form.optional_name("reprint_of", &wire.reprint_of);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(WeChatPost {
        title: title?,
        category: category?,
        published_on: published_on?,
        reprint_of: reprint_of?,
        origin: origin?,
    })
}

impl From<Recorded<WeChatPost>> for pb::WeChatPost {
    fn from(record: Recorded<WeChatPost>) -> Self {
        let name = record.name();
        let WeChatPost {
            title,
            category,
            published_on,
            reprint_of,
            origin,
        } = record.fact;
        Self {
            name,
            title: title.as_str().into(),
            category: category.to_wire(),
            published_on: published_on.to_string(),
            reprint_of: reprint_of.map(Id::name).unwrap_or_default(),
            division: origin.division.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateWeChatPostRequest>,
) -> Result<Committed<pb::WeChatPost>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let we_chat_post = Form::read("we_chat_post", request.into_inner().we_chat_post, read)?;
    usecase::create_we_chat_post(app, &call, we_chat_post).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetWeChatPostRequest>,
) -> Result<pb::WeChatPost, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let we_chat_post = store::we_chat_posts::get(&mut conn, id).await?;
    Ok(we_chat_post.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListWeChatPostsRequest>,
) -> Result<pb::ListWeChatPostsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let year = wire::year(request.year)?;
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &request.year.to_string(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::we_chat_posts::list(&mut conn, &page, year).await?;
    let (we_chat_posts, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListWeChatPostsResponse {
        we_chat_posts,
        next_page_token,
    })
}
