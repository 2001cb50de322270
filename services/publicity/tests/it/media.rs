//! Outlets, media items and `WeChat` posts: what counts, and that nothing counts twice.

use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;

use crate::support::{
    client_as, create_item, item, outlet, published, reason, repeats, reveals_on_record, start,
    told,
};

async fn counted(client: &mut crate::support::Client, year: i32) -> usize {
    let request = pb::ListMediaItemsRequest {
        year,
        counted_only: true,
        ..Default::default()
    };
    client
        .list_media_items(request)
        .await
        .unwrap()
        .into_inner()
        .media_items
        .len()
}

#[tokio::test]
async fn p01_items_of_counted_outlets_count_and_wechat_never_does() {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let first = create_item(&mut client, item(&paper, "甲", "2023-05-01"))
        .await
        .unwrap();
    create_item(&mut client, item(&paper, "乙", "2023-05"))
        .await
        .unwrap();
    create_item(&mut client, item(&paper, "丙", "2022-12-31"))
        .await
        .unwrap();
    let post = pb::WeChatPost {
        title: "甲".into(),
        category: ev::WeChatCategory::Work.into(),
        published_on: "2023-05-02".into(),
        reprint_of: first.name.clone(),
        provenance: told("T3"),
        ..Default::default()
    };
    let request = pb::CreateWeChatPostRequest {
        we_chat_post: Some(post.clone()),
        ..Default::default()
    };
    let created = client
        .create_we_chat_post(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(created.reprint_of, first.name);
    assert_eq!(
        repeats(&client.create_we_chat_post(request).await.unwrap_err()),
        created.name
    );

    assert_eq!(counted(&mut client, 2023).await, 2);
    assert_eq!(counted(&mut client, 2022).await, 1);
    assert_eq!(counted(&mut client, 0).await, 3);
    let items = published::<ev::MediaItemPublished>(&service).await;
    assert_eq!(
        items.iter().map(|item| item.counted).collect::<Vec<_>>(),
        [true, true, true]
    );
    assert_eq!(items[0].fact.as_ref().unwrap().on, "2023-05-01");
    assert_eq!(items[0].fact.as_ref().unwrap().sources, ["T2"]);
    let posts = published::<ev::WeChatPostPublished>(&service).await;
    assert_eq!(
        (posts.len(), posts[0].post.as_str()),
        (1, created.name.as_str())
    );
    let listed = pb::ListWeChatPostsRequest {
        year: 2023,
        ..Default::default()
    };
    assert_eq!(
        client
            .list_we_chat_posts(listed)
            .await
            .unwrap()
            .into_inner()
            .we_chat_posts,
        vec![created.clone()]
    );
    let one = pb::GetWeChatPostRequest {
        name: created.name.clone(),
    };
    assert_eq!(
        client.get_we_chat_post(one).await.unwrap().into_inner(),
        created
    );
}

#[tokio::test]
async fn p04_posts_of_the_three_categories_are_kept_and_never_counted_as_items() {
    let (service, mut client) = start().await;
    for (title, category) in [
        ("法规", ev::WeChatCategory::Regulation),
        ("活动", ev::WeChatCategory::Activity),
        ("动态", ev::WeChatCategory::Work),
    ] {
        let request = pb::CreateWeChatPostRequest {
            we_chat_post: Some(pb::WeChatPost {
                title: title.into(),
                category: category.into(),
                published_on: "2023-05-02".into(),
                provenance: told("S17"),
                ..Default::default()
            }),
            ..Default::default()
        };
        let post = client.create_we_chat_post(request).await.unwrap();
        assert_eq!(post.into_inner().category(), category);
    }
    let nameless = pb::CreateWeChatPostRequest {
        we_chat_post: Some(pb::WeChatPost {
            title: "无类".into(),
            published_on: "2023-05-02".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let status = client.create_we_chat_post(nameless).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        published::<ev::WeChatPostPublished>(&service).await.len(),
        3
    );
    assert_eq!(counted(&mut client, 2023).await, 0);
}

#[tokio::test]
async fn p02_v110_a_reprint_raises_all_outlets_but_not_the_total() {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let site = outlet(&mut client, "某网", false).await;
    let original = create_item(&mut client, item(&paper, "甲", "2023-05-01"))
        .await
        .unwrap();
    assert!(original.counted);
    let in_site = pb::MediaItem {
        reprint_of: original.name.clone(),
        ..item(&site, "甲", "2023-05-02")
    };
    assert!(!create_item(&mut client, in_site).await.unwrap().counted);
    // A reprint does not count even in an outlet that does, and nobody can say that it does.
    let in_paper = pb::MediaItem {
        reprint_of: original.name.clone(),
        counted: true,
        ..item(&paper, "甲", "2023-05-03")
    };
    assert!(!create_item(&mut client, in_paper).await.unwrap().counted);
    assert!(
        !create_item(&mut client, item(&site, "乙", "2023-05-01"))
            .await
            .unwrap()
            .counted
    );

    assert_eq!(counted(&mut client, 2023).await, 1);
    let all = pb::ListMediaItemsRequest {
        year: 2023,
        ..Default::default()
    };
    assert_eq!(
        client
            .list_media_items(all)
            .await
            .unwrap()
            .into_inner()
            .media_items
            .len(),
        4
    );
    let of_site = pb::ListMediaItemsRequest {
        outlet: site.name.clone(),
        ..Default::default()
    };
    assert_eq!(
        client
            .list_media_items(of_site)
            .await
            .unwrap()
            .into_inner()
            .media_items
            .len(),
        2
    );
    let events = published::<ev::MediaItemPublished>(&service).await;
    assert_eq!(events.iter().filter(|event| event.counted).count(), 1);
    let outlets = published::<ev::OutletRegistered>(&service).await;
    assert_eq!(
        outlets
            .iter()
            .map(|outlet| outlet.counted)
            .collect::<Vec<_>>(),
        [true, false]
    );
}

#[tokio::test]
async fn p03_the_same_title_date_and_outlet_is_one_item() {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let first = create_item(&mut client, item(&paper, "英雄 2023", "2023-05-01"))
        .await
        .unwrap();
    let again = create_item(
        &mut client,
        item(&paper, " 英雄\u{3000}２０２３ ", "2023-05-01 (周一)"),
    )
    .await;
    assert_eq!(repeats(&again.unwrap_err()), first.name);
    create_item(&mut client, item(&paper, "英雄 2023", "2023-05-02"))
        .await
        .unwrap();
    let tv = outlet(&mut client, "电视台", true).await;
    create_item(&mut client, item(&tv, "英雄 2023", "2023-05-01"))
        .await
        .unwrap();
    assert_eq!(published::<ev::MediaItemPublished>(&service).await.len(), 3);
}

#[tokio::test]
async fn outlets_are_one_per_title_and_division() {
    let (_service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    assert_eq!(
        (paper.division.as_str(), paper.columns.len()),
        ("410600", 1)
    );
    let same = pb::Outlet {
        counted: false,
        ..paper.clone()
    };
    let request = pb::CreateOutletRequest {
        outlet: Some(same.clone()),
        ..Default::default()
    };
    assert_eq!(
        repeats(&client.create_outlet(request).await.unwrap_err()),
        paper.name
    );
    let elsewhere = pb::Outlet {
        division: "410621".into(),
        ..same
    };
    let request = pb::CreateOutletRequest {
        outlet: Some(elsewhere),
        ..Default::default()
    };
    client.create_outlet(request).await.unwrap();

    let first = pb::ListOutletsRequest {
        page_size: 1,
        ..Default::default()
    };
    let first = client.list_outlets(first).await.unwrap().into_inner();
    let second = pb::ListOutletsRequest {
        page_size: 1,
        page_token: first.next_page_token,
    };
    let second = client.list_outlets(second).await.unwrap().into_inner();
    assert_eq!((first.outlets.len(), second.outlets.len()), (1, 1));
    assert_ne!(first.outlets[0].name, second.outlets[0].name);
    assert_eq!(second.next_page_token, "");
    let get = pb::GetOutletRequest {
        name: paper.name.clone(),
    };
    assert_eq!(client.get_outlet(get).await.unwrap().into_inner(), paper);
}

#[tokio::test]
async fn wrong_fields_are_told_all_at_once_and_unknown_references_are_not_found() {
    let (_service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let wrong = pb::MediaItem {
        kind: 0,
        published_on: "五月".into(),
        ..item(&paper, "", "")
    };
    let status = create_item(&mut client, wrong).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::InvalidArgument, "REQUIRED")
    );
    let ghost = "mediaItems/01890000-0000-7000-8000-000000000000";
    let reprint = pb::MediaItem {
        reprint_of: ghost.into(),
        ..item(&paper, "甲", "2023")
    };
    assert_eq!(
        create_item(&mut client, reprint).await.unwrap_err().code(),
        Code::NotFound
    );
    let nowhere = pb::MediaItem {
        outlet: ghost.replace("mediaItems", "outlets"),
        ..item(&paper, "甲", "2023")
    };
    assert_eq!(
        create_item(&mut client, nowhere).await.unwrap_err().code(),
        Code::NotFound
    );
    let status = client
        .create_media_item(pb::CreateMediaItemRequest::default())
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "REQUIRED");
}

#[tokio::test]
async fn g02_authors_are_masked_for_everybody_and_g05_shown_for_a_purpose() {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let created = create_item(&mut client, item(&paper, "甲", "2023"))
        .await
        .unwrap();
    let request = pb::GetMediaItemRequest {
        name: created.name.clone(),
    };
    let covered = client
        .get_media_item(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (covered.authors[0].full_name.as_str(), covered.authors.len()),
        ("钱*多", 2)
    );
    let reveal = pb::RevealMediaItemRequest {
        name: created.name.clone(),
        purpose: "核对稿酬".into(),
    };
    let shown = client.reveal_media_item(reveal).await.unwrap().into_inner();
    assert_eq!(shown.authors[0].full_name, "钱多多");
    assert_eq!(created.authors[0].full_name, "钱*多");
    assert_eq!(reveals_on_record(&service, "RevealMediaItem").await, 1);
    let mut leader = client_as(&service, "ROLE_LEADER");
    let masked = leader.get_media_item(request).await.unwrap().into_inner();
    assert_eq!(masked.authors[0].full_name, "钱*多");
    let listed = leader
        .list_media_items(pb::ListMediaItemsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.media_items[0].authors[1].full_name, "孙*果");
    let attempt = pb::CreateMediaItemRequest {
        media_item: Some(item(&paper, "乙", "2023")),
        ..Default::default()
    };
    assert_eq!(
        leader.create_media_item(attempt).await.unwrap_err().code(),
        Code::PermissionDenied
    );
}
