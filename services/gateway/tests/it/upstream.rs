//! A stand-in for what lies behind the gateway: remote services, of which a test says what they answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures::stream;
use http::{HeaderMap, HeaderValue};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use jianyi_telemetry::task;
use prost::Message;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

/// One call as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) message: Bytes,
}

impl Arrived {
    pub(crate) fn decode<M: Message + Default>(&self) -> M {
        M::decode(self.message.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// What is answered: a message, or a code.
pub(crate) type Answer = Result<Vec<u8>, &'static str>;

/// A running stand-in.
#[derive(Debug, Clone)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Upstream {
    pub(crate) async fn start(answer: impl Fn(&Arrived) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let (log, answer) = (Arc::clone(&arrived), Arc::new(answer));
        let router = axum::Router::new().fallback(move |request: Request| {
            let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let call = Arrived {
                    path: parts.uri.path().to_owned(),
                    headers: parts.headers,
                    message: body.slice(5.min(body.len())..),
                };
                let answer = answer(&call);
                log.lock().unwrap().push(call);
                respond(answer)
            }
        });
        let incoming = TcpIncoming::from(listener);
        task::spawn("upstream", async move {
            let _ = Server::builder()
                .add_routes(Routes::from(router))
                .serve_with_incoming(incoming)
                .await;
        });
        Self { address, arrived }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }
}

fn respond(answer: Answer) -> Response {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-trailer", HeaderValue::from_static("kept"));
    let mut frames: Vec<Result<Frame<Bytes>, std::convert::Infallible>> = Vec::new();
    match answer {
        Ok(message) => {
            let mut frame = BytesMut::new();
            frame.put_u8(0);
            frame.put_u32(u32::try_from(message.len()).unwrap());
            frame.put_slice(&message);
            frames.push(Ok(Frame::data(frame.freeze())));
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
        }
        Err(code) => {
            trailers.insert("grpc-status", HeaderValue::from_static(code));
            trailers.insert("grpc-message", HeaderValue::from_static("as asked"));
        }
    }
    frames.push(Ok(Frame::trailers(trailers)));
    let mut response = Response::new(Body::new(StreamBody::new(stream::iter(frames))));
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static("application/grpc"));
    response
        .headers_mut()
        .insert("x-header", HeaderValue::from_static("kept"));
    response
}
