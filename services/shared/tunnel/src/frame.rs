//! The one message of a unary call, in its gRPC frame: a mark, the length, the bytes.
//!
//! The frame travels as it is, so that a message which its sender compressed stays so.

/// Bytes before the message.
const PREFIX: usize = 5;

/// How many whole messages there are; `None` when the last is cut off.
pub(crate) fn count(mut body: &[u8]) -> Option<usize> {
    let mut count: usize = 0;
    while !body.is_empty() {
        let length = body
            .get(1..PREFIX)?
            .try_into()
            .map(u32::from_be_bytes)
            .ok()?;
        let end = PREFIX.checked_add(usize::try_from(length).ok()?)?;
        body = body.get(end..)?;
        count = count.saturating_add(1);
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_by_their_frames() {
        assert_eq!(count(b""), Some(0));
        assert_eq!(count(b"\0\0\0\0\0"), Some(1));
        assert_eq!(count(b"\x01\0\0\0\x02ab"), Some(1));
        assert_eq!(count(b"\0\0\0\0\x01a\0\0\0\0\0"), Some(2));
        for cut in [&b"\0"[..], b"\0\0\0\0\x01", b"\0\xff\xff\xff\xffa"] {
            assert_eq!(count(cut), None, "{cut:?}");
        }
    }
}
