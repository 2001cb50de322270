//! What replies take out of the house, written down before they leave: which fields, for whom, by which method.
//!
//! Here and not in the handlers, because here no method can forget it: whatever a county answers to somebody who
//! reaches beyond it passes this place, by port or through the bus. A reply that cannot be written down does not
//! leave. Only names of fields, counts and ids are kept, never a value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use jianyi_kernel::{Division, Fault};
use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, FieldDescriptor, MessageDescriptor,
    ReflectMessage as _, Value,
};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::request::Admitted;
use crate::status::status;

const SENSITIVE: &str = "jianyi.api.v1.sensitive";
/// What stands in a masked text.
const MASK: char = '*';
/// Digits of what is left of a masked date.
const YEAR: usize = 4;
/// Before a message: whether it is compressed, and its length.
const FRAME: usize = 5;

/// A reply on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Path of the method, which is the rule by which it leaves: its policy admitted the caller.
    pub method: String,
    /// Who gets it: an account, a program, or one of our own services.
    pub recipient: String,
    /// How far those of the recipient's grants reach that admitted the call.
    pub reach: Vec<Division>,
    /// Paths of the fields that were not empty.
    pub fields: BTreeSet<String>,
    /// Those of them that are personal and went out by a method that reveals, unless they show a mask all the same.
    pub plain: BTreeSet<String>,
    /// How many records it held; one when it is no list.
    pub records: usize,
    /// Names of everything it held.
    pub names: BTreeSet<String>,
}

/// Where departures are kept.
pub trait EgressLedger: fmt::Debug + Send + Sync {
    /// Durable when it returns.
    fn keep(&self, departure: Departure) -> BoxFuture<'_, Result<(), Fault>>;
}

/// A layer next to the routes; lets everything pass where no ledger is kept.
#[derive(Debug, Clone, Default)]
pub struct Egress(Option<Arc<Kept>>);

#[derive(Debug)]
struct Kept {
    house: Division,
    ledger: Arc<dyn EgressLedger>,
    sensitive: ExtensionDescriptor,
    replies: BTreeMap<String, MessageDescriptor>,
}

impl Egress {
    /// Everything that leaves `house` is kept in `ledger`; `contracts` is an encoded `FileDescriptorSet`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is none, or lacks the option of sensitive fields.
    pub fn from(
        house: Division,
        ledger: Arc<dyn EgressLedger>,
        contracts: &[u8],
    ) -> Result<Self, Fault> {
        let pool = DescriptorPool::decode(contracts).map_err(Fault::internal)?;
        let sensitive = pool
            .get_extension_by_name(SENSITIVE)
            .ok_or_else(|| Fault::internal("the contracts do not define sensitive fields"))?;
        let methods = pool.services().flat_map(|service| {
            let methods: Vec<_> = service.methods().collect();
            methods.into_iter().map(move |method| {
                let path = format!("/{}/{}", service.full_name(), method.name());
                (path, method.output())
            })
        });
        Ok(Self(Some(Arc::new(Kept {
            house,
            ledger,
            sensitive,
            replies: methods.collect(),
        }))))
    }
}

impl Kept {
    /// Whether the caller reaches beyond the house: whoever does not is of the house.
    fn leaves(&self, admitted: &Admitted) -> bool {
        let reach = &admitted.caller.reach.divisions;
        reach.is_empty() || reach.iter().any(|division| !self.house.covers(division))
    }

    fn read(&self, admitted: &Admitted, message: &[u8]) -> Result<Departure, Fault> {
        let kind = self
            .replies
            .get(&admitted.path)
            .ok_or_else(|| Fault::internal("a reply that no contract knows"))?;
        let message = DynamicMessage::decode(kind.clone(), message).map_err(Fault::internal)?;
        let mut seen = Seen {
            sensitive: &self.sensitive,
            fields: BTreeSet::new(),
            personal: BTreeSet::new(),
            names: BTreeSet::new(),
        };
        seen.message("", &message);
        Ok(Departure {
            method: admitted.path.clone(),
            recipient: admitted.caller.subject.clone(),
            reach: admitted.caller.reach.divisions.clone(),
            plain: if admitted.reveals {
                seen.personal
            } else {
                BTreeSet::new()
            },
            fields: seen.fields,
            records: records(&message),
            names: seen.names,
        })
    }
}

/// Elements of the one list that a reply is, else one.
fn records(message: &DynamicMessage) -> usize {
    let kind = message.descriptor();
    let lists = kind
        .fields()
        .filter(|field| field.is_list() && field.kind().as_message().is_some());
    let mut lists = lists.map(|field| message.get_field(&field).as_list().map_or(0, <[_]>::len));
    match (lists.next(), lists.next()) {
        (Some(elements), None) => elements,
        (None | Some(_), _) => 1,
    }
}

struct Seen<'a> {
    sensitive: &'a ExtensionDescriptor,
    fields: BTreeSet<String>,
    personal: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Seen<'_> {
    fn message(&mut self, above: &str, message: &DynamicMessage) {
        for (field, value) in message.fields() {
            let path = match above {
                "" => field.name().to_owned(),
                _ => format!("{above}.{}", field.name()),
            };
            self.value(&path, &field, value);
        }
    }

    fn value(&mut self, path: &str, field: &FieldDescriptor, value: &Value) {
        match value {
            Value::Message(message) => self.message(path, message),
            Value::List(values) => {
                for value in values {
                    self.value(path, field, value);
                }
            }
            Value::Map(values) => {
                for value in values.values() {
                    self.value(path, field, value);
                }
            }
            Value::String(text) => {
                if text.starts_with("counties/") {
                    self.names.insert(text.clone());
                }
                self.leaf(path, field, looks_masked(text));
            }
            Value::Bool(_)
            | Value::I32(_)
            | Value::I64(_)
            | Value::U32(_)
            | Value::U64(_)
            | Value::F32(_)
            | Value::F64(_)
            | Value::Bytes(_)
            | Value::EnumNumber(_) => self.leaf(path, field, false),
        }
    }

    fn leaf(&mut self, path: &str, field: &FieldDescriptor, masked: bool) {
        let options = field.options();
        if !masked && options.get_extension(self.sensitive).as_bool() == Some(true) {
            self.personal.insert(path.to_owned());
        }
        self.fields.insert(path.to_owned());
    }
}

impl<S> Layer<S> for Egress {
    type Service = Departing<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Departing {
            egress: self.clone(),
            inner,
        }
    }
}

/// A service whose replies are written down when they leave the house.
#[derive(Debug, Clone)]
pub struct Departing<S> {
    egress: Egress,
    inner: S,
}

impl<S, B> Service<Request<B>> for Departing<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let admitted = request.extensions().get::<Admitted>().cloned();
        let kept = self.egress.0.clone();
        let answering = self.inner.call(request);
        Box::pin(async move {
            let response = answering.await?;
            match (kept, admitted) {
                (Some(kept), Some(admitted)) if kept.leaves(&admitted) => {
                    let noted = note(&kept, &admitted, response).await;
                    Ok(noted.unwrap_or_else(|fault| status(fault).into_http()))
                }
                (_, _) => Ok(response),
            }
        })
    }
}

/// The same reply, once it is written down. One that says no takes nothing out.
async fn note(
    kept: &Kept,
    admitted: &Admitted,
    response: Response<Body>,
) -> Result<Response<Body>, Fault> {
    let (parts, body) = response.into_parts();
    if !succeeded(&parts.headers).unwrap_or(true) {
        return Ok(Response::from_parts(parts, body));
    }
    let collected = body.collect().await.map_err(Fault::internal)?;
    let trailers = collected.trailers().cloned();
    let bytes = collected.to_bytes();
    let fine = trailers.as_ref().and_then(succeeded).unwrap_or(true);
    if fine && bytes.len() >= FRAME {
        // Replies are not compressed between our own; one that were would not be let out unread.
        if bytes.first() != Some(&0) {
            return Err(Fault::internal("a compressed reply cannot be written down"));
        }
        let message = bytes.slice(FRAME..);
        kept.ledger.keep(kept.read(admitted, &message)?).await?;
    }
    let whole = http_body_util::Full::new(bytes).map_err(|never| match never {});
    let body = Body::new(whole.with_trailers(async move { trailers.map(Ok) }));
    Ok(Response::from_parts(parts, body))
}

/// Paths of all fields that a contract's message can have; none for one that it does not know (any more).
///
/// # Errors
/// [`Fault::Internal`] when `contracts` is no encoded `FileDescriptorSet`.
pub fn fields_of(contracts: &[u8], full_name: &str) -> Result<Vec<String>, Fault> {
    let pool = DescriptorPool::decode(contracts).map_err(Fault::internal)?;
    let mut paths = Vec::new();
    if let Some(message) = pool.get_message_by_name(full_name) {
        collect("", &message, &mut paths, 0);
    }
    Ok(paths)
}

/// Messages that hold themselves are looked into a few times.
const DEEPEST: usize = 6;

fn collect(above: &str, message: &MessageDescriptor, paths: &mut Vec<String>, depth: usize) {
    for field in message.fields() {
        let path = match above {
            "" => field.name().to_owned(),
            _ => format!("{above}.{}", field.name()),
        };
        match field.kind().as_message() {
            Some(inner) if depth < DEEPEST && !inner.full_name().starts_with("google.") => {
                collect(&path, inner, paths, depth + 1);
            }
            Some(_) | None => paths.push(path),
        }
    }
}

/// Asterisks, or of a date the year alone.
fn looks_masked(text: &str) -> bool {
    text.contains(MASK) || (text.len() == YEAR && text.bytes().all(|it| it.is_ascii_digit()))
}

fn succeeded(headers: &HeaderMap) -> Option<bool> {
    Some(headers.get("grpc-status")?.as_bytes() == b"0")
}
