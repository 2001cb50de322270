//! Media items on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Id, Pii};
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::media_item::Author;
use crate::domain::{MediaItem, Recorded};
use crate::store::media_items::Filter;
use crate::word::Word as _;
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::MediaItem) -> Option<MediaItem> {
    let outlet = form.name("outlet", &wire.outlet);
    let title = form.title(&wire.title);
    let kind = form.word("kind", wire.kind);
    let published_on = form.fuzzy("published_on", &wire.published_on);
    let page_or_channel = form.text("page_or_channel", &wire.page_or_channel, 100);
    let authors: Option<Vec<Author>> = wire
        .authors
        .iter()
        .map(|author| read_author(form, author))
        .collect();
    let link = form.text("link", &wire.link, 500);
    let reprint_of = form.optional_name("reprint_of", &wire.reprint_of);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(MediaItem {
        outlet: outlet?,
        title: title?,
        kind: kind?,
        published_on: published_on?,
        page_or_channel: page_or_channel?,
        authors: authors?,
        link: link?,
        reprint_of: reprint_of?,
        counted: false,
        origin: origin?,
    })
}

fn read_author(form: &mut Form, wire: &pb::Author) -> Option<Author> {
    let role = form.word("authors.role", wire.role);
    let full_name = form.required("authors.full_name", &wire.full_name, 64);
    Some(Author {
        role: role?,
        full_name: Pii::new(full_name?),
    })
}

fn author(author: &Author) -> pb::Author {
    pb::Author {
        role: author.role.to_wire(),
        full_name: wire::person(&author.full_name),
    }
}

impl From<Recorded<MediaItem>> for pb::MediaItem {
    fn from(record: Recorded<MediaItem>) -> Self {
        let name = record.name();
        let MediaItem {
            outlet,
            title,
            kind,
            published_on,
            page_or_channel,
            authors,
            link,
            reprint_of,
            counted,
            origin,
        } = record.fact;
        Self {
            name,
            outlet: outlet.name(),
            title: title.as_str().into(),
            kind: kind.to_wire(),
            published_on: published_on.to_string(),
            page_or_channel,
            authors: authors.iter().map(author).collect(),
            link,
            reprint_of: reprint_of.map(Id::name).unwrap_or_default(),
            counted,
            division: origin.division.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateMediaItemRequest>,
) -> Result<Committed<pb::MediaItem>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let media_item = Form::read("media_item", request.into_inner().media_item, read)?;
    usecase::create_media_item(app, &call, media_item).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetMediaItemRequest>,
) -> Result<pb::MediaItem, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let media_item = store::media_items::get(&mut conn, id, app.db.cipher()).await?;
    Ok(media_item.into())
}

pub(crate) async fn reveal(
    app: &App,
    request: Request<pb::RevealMediaItemRequest>,
) -> Result<Committed<pb::MediaItem>, Fault> {
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().purpose)?;
    let id = name::parse("name", &request.get_ref().name)?;
    usecase::reveal_media_item(app, &call, id).await
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListMediaItemsRequest>,
) -> Result<pb::ListMediaItemsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let outlet = if request.outlet.is_empty() {
        None
    } else {
        Some(name::parse("outlet", &request.outlet)?)
    };
    let filter = Filter {
        year: wire::year(request.year)?,
        outlet,
        counted_only: request.counted_only,
    };
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &format!(
            "{} {} {}",
            request.year, request.outlet, request.counted_only
        ),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::media_items::list(&mut conn, &page, app.db.cipher(), &filter).await?;
    let (media_items, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListMediaItemsResponse {
        media_items,
        next_page_token,
    })
}
