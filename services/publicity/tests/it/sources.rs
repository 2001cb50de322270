//! Source documents: read once, kept word for word, shown to few.

use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;

use crate::support::{client_as, published, reason, repeats, reveals_on_record, start};

/// Ten lines, two broken sentences, one paragraph told three times.
const TEXT: &str = "园里花开 处处春风\n\n□本刊 吴用 郑和\n\n园艺会在全\n\n市种树三百棵。\n\n3月12日,大家一起浇水。\n\n\
    去年先后\n\n5次外出参观。\n\n3月12日,大家一起浇水。\n\n\u{3000}3月12日,大家一起浇水。\n\n- 一、明年继续种树";

fn import(text: &str) -> pb::ImportSourceDocumentRequest {
    pb::ImportSourceDocumentRequest {
        title: "园艺会纪事".into(),
        published_on: "2023-12".into(),
        text: text.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn p18_a_text_is_joined_deduplicated_and_kept() {
    let (service, mut client) = start().await;
    let document = client
        .import_source_document(import(TEXT))
        .await
        .unwrap()
        .into_inner();
    let counts = (
        document.lines,
        document.joins,
        document.paragraph_count,
        document.distinct_count,
    );
    assert_eq!(counts, (10, 2, 8, 6));
    assert_eq!(document.text, "");
    let repeated = &document.paragraphs[3];
    assert_eq!(
        (repeated.id.as_str(), repeated.occurrences.len()),
        ("p004", 3)
    );
    let joined = &document.paragraphs[2].occurrences[0];
    assert_eq!((joined.first_line, joined.last_line), (5, 7));

    let basic = pb::GetSourceDocumentRequest {
        name: document.name.clone(),
    };
    assert_eq!(
        client
            .get_source_document(basic.clone())
            .await
            .unwrap()
            .into_inner(),
        document
    );
    let mut leader = client_as(&service, "ROLE_LEADER");
    assert_eq!(
        leader
            .get_source_document(basic)
            .await
            .unwrap()
            .into_inner(),
        document
    );
    let listed = client
        .list_source_documents(pb::ListSourceDocumentsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.source_documents[0].distinct_count, 6);
    assert!(listed.source_documents[0].paragraphs.is_empty());
    let events = published::<ev::SourceDocumentImported>(&service).await;
    assert_eq!((events.len(), events[0].distinct_paragraphs), (1, 6));
}

#[tokio::test]
async fn v108_the_same_text_a_second_time_is_the_same_document() {
    let (service, mut client) = start().await;
    let first = client
        .import_source_document(import(TEXT))
        .await
        .unwrap()
        .into_inner();
    let windows = format!("\u{feff}{}\r\n\r\n", TEXT.replace('\n', "\r\n"));
    let renamed = pb::ImportSourceDocumentRequest {
        title: "另一个题目".into(),
        ..import(&windows)
    };
    for again in [import(TEXT), renamed] {
        assert_eq!(
            repeats(&client.import_source_document(again).await.unwrap_err()),
            first.name
        );
    }
    let changed = client
        .import_source_document(import(&TEXT.replace("三百", "四百")))
        .await
        .unwrap()
        .into_inner();
    // What did not change has the same hash, so facts can be compared paragraph by paragraph.
    assert_ne!(
        changed.paragraphs[2].content_hash,
        first.paragraphs[2].content_hash
    );
    assert_eq!(
        changed.paragraphs[3].content_hash,
        first.paragraphs[3].content_hash
    );
    assert_eq!(
        published::<ev::SourceDocumentImported>(&service)
            .await
            .len(),
        2
    );
}

#[tokio::test]
async fn empty_and_endless_texts_are_refused() {
    let (_service, mut client) = start().await;
    let status = client
        .import_source_document(import(" \n\u{3000}\n"))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "REQUIRED");
    let status = client
        .import_source_document(import(&"树".repeat(200_000)))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "TEXT_TOO_LARGE");
    client
        .import_source_document(import(&"树".repeat(170_000)))
        .await
        .unwrap();
}

#[tokio::test]
async fn g05_the_text_is_shown_for_a_purpose_and_to_those_who_work_on_it() {
    let (service, mut client) = start().await;
    let name = client
        .import_source_document(import(TEXT))
        .await
        .unwrap()
        .into_inner()
        .name;
    let ask = |purpose: &str| pb::RevealSourceDocumentRequest {
        name: name.clone(),
        purpose: purpose.into(),
    };
    let untold = client.reveal_source_document(ask(" ")).await.unwrap_err();
    assert_eq!(reason(&untold), "PURPOSE_REQUIRED");
    let shown = client
        .reveal_source_document(ask("核对原文"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(shown.text, TEXT);
    for role in ["ROLE_LEADER", "ROLE_OPERATOR", "ROLE_AUDITOR"] {
        let denied = client_as(&service, role)
            .reveal_source_document(ask("核对原文"))
            .await
            .unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied, "{role}");
    }
    assert_eq!(reveals_on_record(&service, "RevealSourceDocument").await, 1);
}
