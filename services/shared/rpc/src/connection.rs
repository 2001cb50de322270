//! Connections as they come in: TLS or plain, counted, and dropped when nothing whole comes over them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::stream::{Stream, StreamExt as _};
use jianyi_kernel::Fault;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::server::TlsStream;
use tonic::transport::server::{Connected, TcpIncoming};

use crate::ServerTls;

/// At most so many connections at a time; the next one is closed at once.
const MOST_CONNECTIONS: usize = 4096;
/// At most so many handshakes under way.
const MOST_HANDSHAKES: usize = 1024;
/// For so long a handshake, and then the first request's head, may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    pub(crate) address: IpAddr,
    /// SHA-256 of the verified certificate it showed.
    pub(crate) certificate: Option<[u8; 32]>,
    spoken: Arc<AtomicBool>,
}

impl Peer {
    /// Notes that a request came.
    pub(crate) fn spoke(&self) {
        self.spoken.store(true, Ordering::Relaxed);
    }
}

/// Listens; each item is ready to be served.
///
/// # Errors
/// [`Fault::Unavailable`] when the address cannot be listened on.
pub fn incoming(
    listen: SocketAddr,
    tls: Option<ServerTls>,
) -> Result<impl Stream<Item = Result<Connection, io::Error>>, Fault> {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let incoming = TcpIncoming::bind(listen)
        .map_err(|error| Fault::Unavailable(format!("cannot listen on {listen}: {error}")))?
        .with_nodelay(Some(true))
        .with_keepalive(Some(Duration::from_secs(60)));
    Ok(incoming
        .map(move |accepted| {
            let (tls, places) = (tls.clone(), Arc::clone(&places));
            async move {
                let place = places.try_acquire_owned().ok()?;
                Connection::open(accepted.ok()?, tls.as_ref(), place).await
            }
        })
        .buffer_unordered(MOST_HANDSHAKES)
        .filter_map(|connection| async move { connection.map(Ok) }))
}

/// A connection that is ready to be served.
#[derive(Debug)]
pub struct Connection {
    io: Io,
    peer: Peer,
    /// Runs until the first request came.
    silence: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

#[derive(Debug)]
enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection {
    /// `None` when the handshake failed or took too long: there is nobody to tell.
    async fn open(
        stream: TcpStream,
        tls: Option<&ServerTls>,
        place: OwnedSemaphorePermit,
    ) -> Option<Self> {
        let address = stream
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| {
                address.ip().to_canonical()
            });
        let mut certificate = None;
        let io = match tls {
            None => Io::Plain(stream),
            Some(tls) => {
                let stream = timeout(PATIENCE, tls.acceptor().accept(stream))
                    .await
                    .ok()?
                    .ok()?;
                let (_, session) = stream.get_ref();
                certificate = session
                    .peer_certificates()
                    .and_then(|chain| chain.first())
                    .map(|end| Sha256::digest(end.as_ref()).into());
                Io::Tls(Box::new(stream))
            }
        };
        Some(Self {
            io,
            peer: Peer {
                address,
                certificate,
                spoken: Arc::default(),
            },
            silence: Some(Box::pin(sleep(PATIENCE))),
            _place: place,
        })
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.peer.spoken.load(Ordering::Relaxed) {
            self.silence = None;
        }
        if let Some(silence) = &mut self.silence
            && silence.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        match &mut self.io {
            Io::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Io::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Io::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
            Io::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(stream) => stream.is_write_vectored(),
            Io::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Io::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
