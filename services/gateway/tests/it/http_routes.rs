//! Plain HTTP on the same port.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

async fn get(gateway: &Gateway, path: &str, header: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let code = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (code, answer)
}

#[tokio::test]
async fn health_tells_what_is_missing() {
    let gateway = Gateway::start(&[], &[]).await;
    let (code, answer) = get(&gateway, "/healthz", "").await;
    assert_eq!(code, 503, "{answer}");
    assert!(answer.contains(r#""nats":false"#), "{answer}");
}

#[tokio::test]
async fn events_ask_for_a_token_a_role_and_a_cursor_that_is_one() {
    let gateway = Gateway::start(&[], &[]).await;
    let header = |token: &str| format!("authorization: Bearer {token}\r\n");
    let (code, answer) = get(&gateway, "/v1/events", "").await;
    assert_eq!(code, 401, "{answer}");
    assert!(answer.contains("TOKEN_MISSING"));
    let (code, _) = get(
        &gateway,
        "/v1/events",
        &header(&gateway.token("ROLE_CARE", "410600")),
    )
    .await;
    assert_eq!(code, 403);
    let auditor = gateway.token("ROLE_AUDITOR", "410600");
    let (code, answer) = get(&gateway, "/v1/events?cursor=nonsense", &header(&auditor)).await;
    assert_eq!(code, 400);
    assert!(answer.contains("CURSOR_INVALID"), "{answer}");
    let (code, answer) = get(
        &gateway,
        &format!("/v1/events?curser=1&access_token={auditor}"),
        "",
    )
    .await;
    assert_eq!(code, 400);
    assert!(answer.contains("QUERY_MALFORMED"), "{answer}");
    // All is well with the request, but there is no bus in this test.
    let (code, answer) = get(&gateway, &format!("/v1/events?access_token={auditor}"), "").await;
    assert_eq!(code, 503, "{answer}");
}

#[tokio::test]
async fn anything_else_is_not_found() {
    let gateway = Gateway::start(&[], &[]).await;
    let (code, answer) = get(&gateway, "/nothing", "").await;
    assert_eq!(code, 404);
    assert!(answer.contains("NOT_FOUND"), "{answer}");
}
