//! Wire → domain and domain → wire.

mod reply;
mod request;

pub(super) use reply::claimed;
pub(super) use request::{grant, key};
