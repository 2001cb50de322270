//! HTTP headers as headers of a letter, and back.
//!
//! Each name travels behind a mark, `h.` or `t.` for a trailer, so that no caller can write a header that the
//! broker itself acts on; and whatever comes is checked again, because others can write letters, too.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jianyi_bus::Letter;

const HEADER: &str = "h.";
const TRAILER: &str = "t.";

/// What is said about one connection only.
const OF_ONE_CONNECTION: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// An HTTP status other than 200, of whatever answers without gRPC.
const STATUS: &str = "tunnel-status";

/// Writes the HTTP status.
pub(crate) fn write_status(status: StatusCode, into: &mut Vec<(String, String)>) {
    if status != StatusCode::OK {
        into.push((STATUS.into(), status.as_str().into()));
    }
}

/// Reads it.
pub(crate) fn read_status(letter: &Letter) -> Result<StatusCode, Unfit> {
    letter.header(STATUS).map_or(Ok(StatusCode::OK), |status| {
        StatusCode::from_bytes(status.as_bytes()).map_err(|_| Unfit)
    })
}

/// A header that does not travel.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfit;

/// Writes headers; trailers, if it is them.
pub(crate) fn write(
    headers: &HeaderMap,
    trailers: bool,
    into: &mut Vec<(String, String)>,
) -> Result<(), Unfit> {
    let mark = if trailers { TRAILER } else { HEADER };
    for (name, value) in headers {
        if OF_ONE_CONNECTION.contains(&name.as_str()) {
            continue;
        }
        // Printable ASCII, as gRPC has it; the broker cuts spaces off at both ends, and so does HTTP.
        let value = value.to_str().map_err(|_| Unfit)?;
        into.push((format!("{mark}{name}"), value.trim().to_owned()));
    }
    Ok(())
}

/// Reads headers and trailers; what bears no mark is not for us.
pub(crate) fn read(letter: &[(String, String)]) -> Result<(HeaderMap, HeaderMap), Unfit> {
    let (mut headers, mut trailers) = (HeaderMap::new(), HeaderMap::new());
    for (marked, value) in letter {
        let (map, name) = if let Some(name) = marked.strip_prefix(HEADER) {
            (&mut headers, name)
        } else if let Some(name) = marked.strip_prefix(TRAILER) {
            (&mut trailers, name)
        } else {
            continue;
        };
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) || OF_ONE_CONNECTION.contains(&name) {
            return Err(Unfit);
        }
        let name = HeaderName::try_from(name).map_err(|_| Unfit)?;
        if !value
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        {
            return Err(Unfit);
        }
        let value = HeaderValue::try_from(value).map_err(|_| Unfit)?;
        map.try_append(name, value).map_err(|_| Unfit)?;
    }
    Ok((headers, trailers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn headers_and_trailers_come_out_as_they_went_in() {
        let mut headers = map(&[("authorization", "Bearer x"), ("te", "trailers")]);
        headers.append("x-twice", HeaderValue::from_static("1"));
        headers.append("x-twice", HeaderValue::from_static("2"));
        let trailers = map(&[("grpc-status", "0"), ("nats-msg-id", "7")]);
        let mut letter = Vec::new();
        write(&headers, false, &mut letter).unwrap();
        write(&trailers, true, &mut letter).unwrap();
        assert!(letter.iter().all(|(name, _)| !name.starts_with("nats")));
        headers.remove("te");
        assert_eq!(read(&letter), Ok((headers, trailers)));
    }

    #[test]
    fn what_no_header_may_be_is_refused_on_both_sides() {
        let mut latin = HeaderMap::new();
        latin.insert("x", HeaderValue::from_bytes(b"\xe9").unwrap());
        assert_eq!(write(&latin, false, &mut Vec::new()), Err(Unfit));
        for (name, value) in [
            ("h.:path", "/x"),
            ("h.", "x"),
            ("h.X-Upper", "x"),
            ("h.a b", "x"),
            ("h.x", "张三"),
            ("h.x", "\u{7f}"),
            ("t.x", "\0"),
            ("h.transfer-encoding", "chunked"),
            ("h.connection", "close"),
        ] {
            let letter = [(name.to_owned(), value.to_owned())];
            assert_eq!(read(&letter), Err(Unfit), "{name} {value:?}");
        }
        let unmarked = [("Nats-Trace-Dest".to_owned(), "x".to_owned())];
        assert_eq!(read(&unmarked), Ok((HeaderMap::new(), HeaderMap::new())));
    }
}
