//! Asks the server whether it is ready: one HTTP request by hand, because a client library for it would be a large guest.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

/// True when the server accepts clients and JetStream has recovered its streams.
///
/// Both ports are asked: a server that found its monitoring port taken ends, but whoever took it may be a healthy
/// server too and answer in its place.
pub(super) async fn is_ready(client: u16, monitor: u16) -> bool {
    timeout(Duration::from_secs(2), ask(monitor))
        .await
        .is_ok_and(|answer| answer.is_ok_and(|head| head.starts_with(b"HTTP/1.1 200")))
        && TcpStream::connect((Ipv4Addr::LOCALHOST, client))
            .await
            .is_ok()
}

async fn ask(monitor: u16) -> io::Result<[u8; 12]> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, monitor)).await?;
    stream.write_all(REQUEST).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    Ok(head)
}
