//! The line between a county and the city, for stories that cut it: real sockets, no firewall.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What the line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// It carries.
    Open,
    /// Whoever uses it is reset.
    Reset,
    /// Nothing passes and nobody is told.
    Silent,
}

/// A port before another one, and the line between them.
#[derive(Debug)]
pub struct Link {
    port: u16,
    line: Arc<watch::Sender<Line>>,
    _running: JoinSet<()>,
}

impl Link {
    /// A line to a port on this machine, open.
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let here = listener.local_addr().expect("an address").port();
        let line = Arc::new(watch::channel(Line::Open).0);
        let mut running = JoinSet::new();
        running.spawn(accept(listener, port, Arc::clone(&line)));
        Self {
            port: here,
            line,
            _running: running,
        }
    }

    /// Where to dial.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From now on the line does this.
    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn accept(listener: TcpListener, port: u16, line: Arc<watch::Sender<Line>>) {
    let mut open = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        open.spawn(carry(near, port, line.subscribe()));
        while open.try_join_next().is_some() {}
    }
}

/// Until either side, or the line, ends it.
async fn carry(mut near: TcpStream, port: u16, mut line: watch::Receiver<Line>) {
    let mut far = None;
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        let now = *line.borrow_and_update();
        match now {
            Line::Reset => {
                // Closing without lingering is what makes it a reset.
                let _ = near.set_zero_linger();
                if let Some(far) = &far {
                    let _ = TcpStream::set_zero_linger(far);
                }
                return;
            }
            // Not read, so that what was said meanwhile arrives when the line is back, as a network repeats it.
            Line::Silent => {
                if line.changed().await.is_err() {
                    return;
                }
                continue;
            }
            Line::Open => {}
        }
        let far = match &mut far {
            Some(far) => far,
            none => match TcpStream::connect(("127.0.0.1", port)).await {
                Ok(connected) => none.insert(connected),
                Err(_) => return,
            },
        };
        let passed = tokio::select! {
            _ = line.changed() => continue,
            read = near.read(&mut up) => match read {
                Ok(count) if count > 0 => far.write_all(&up[..count]).await,
                Ok(_) | Err(_) => return,
            },
            read = far.read(&mut down) => match read {
                Ok(count) if count > 0 => near.write_all(&down[..count]).await,
                Ok(_) | Err(_) => return,
            },
        };
        if passed.is_err() {
            return;
        }
    }
}
