//! Unary calls whose messages stay bytes: the gateway reads of them what it must and copies the rest.

use bytes::{Buf as _, BufMut as _, Bytes};
use http::uri::PathAndQuery;
use jianyi_kernel::Fault;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, TimeoutExpired};

use crate::deadline::Deadline;
use jianyi_tunnel::Link;

/// The largest message that is taken in or given out.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;

/// What the client said about its own connection and encoding; the next call states its own.
const OF_ONE_CONNECTION: [&str; 6] = [
    "connection",
    "host",
    "content-length",
    "transfer-encoding",
    "grpc-encoding",
    "grpc-accept-encoding",
];

/// A codec that does nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// Why a call did not bring a reply.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The other side answered with an error.
    Answered(Status),
    /// Nobody answered: the connection could not be made, or broke.
    Unreachable,
    /// Time was up.
    TimedOut,
}

/// What is called, and how.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) path: String,
    pub(crate) metadata: MetadataMap,
    pub(crate) deadline: Deadline,
    /// Whether it may be sent once more when the connection fails.
    pub(crate) repeatable: bool,
}

impl Outgoing {
    /// Sends one message; when the connection fails and doing it twice does no harm, once more.
    pub(crate) async fn call(
        &self,
        link: &Link,
        message: &Bytes,
    ) -> Result<Response<Bytes>, Failure> {
        match self.once(link.clone(), message.clone()).await {
            Err(Failure::Unreachable) if self.repeatable && !self.deadline.is_over() => {
                self.once(link.clone(), message.clone()).await
            }
            answered => answered,
        }
    }

    async fn once(&self, link: Link, message: Bytes) -> Result<Response<Bytes>, Failure> {
        let path = PathAndQuery::try_from(self.path.as_str())
            .map_err(|error| Failure::Answered(jianyi_rpc::status(Fault::internal(error))))?;
        let mut request = Request::new(message);
        let mut headers = self.metadata.clone().into_headers();
        for name in OF_ONE_CONNECTION {
            headers.remove(name);
        }
        self.deadline.write(&mut headers);
        *request.metadata_mut() = MetadataMap::from_headers(headers);
        let mut client = tonic::client::Grpc::new(link)
            .max_decoding_message_size(LARGEST)
            .max_encoding_message_size(LARGEST);
        let call = async {
            client.ready().await.map_err(|_| Failure::Unreachable)?;
            client.unary(request, path, Raw).await.map_err(Failure::of)
        };
        tokio::time::timeout_at(self.deadline.instant(), call)
            .await
            .unwrap_or(Err(Failure::TimedOut))
    }
}

impl Failure {
    /// A status that has a cause was made here, by the transport; one without was sent.
    fn of(status: Status) -> Self {
        let mut cause = std::error::Error::source(&status);
        let Some(_) = cause else {
            return Self::Answered(status);
        };
        while let Some(error) = cause {
            if error.is::<TimeoutExpired>() {
                return Self::TimedOut;
            }
            cause = error.source();
        }
        Self::Unreachable
    }

    /// The status a client gets; `whom` names the service that was called.
    pub(crate) fn status(self, whom: &str) -> Status {
        match self {
            Self::Answered(status) => status,
            Self::Unreachable => {
                jianyi_rpc::status(Fault::Unavailable(format!("{whom} cannot be reached")))
            }
            Self::TimedOut => jianyi_rpc::timed_out(),
        }
    }
}
