//! The calls that a method is attacked with: right-looking ones with something hostile in them, bytes that are no
//! message, frames that lie, headers that nobody should send.

use http::{HeaderName, HeaderValue};
use prost_reflect::MethodDescriptor;
use prost_reflect::prost::Message as _;

use super::generate::{FIELDS, MALFORMED, malformed, request};
use super::send::{Attempt, frame, framed};
use super::{Fuzz, path, rounds};

impl Fuzz {
    pub(super) fn attempts(&mut self, method: &MethodDescriptor) -> Vec<Attempt> {
        let tokens = self.tokens_for(method);
        let mut attempts = Vec::new();
        let mut add = |what, body, headers: Vec<(&'static str, HeaderValue)>| {
            attempts.push(Attempt {
                what,
                path: path(method),
                token: tokens[attempts.len() % tokens.len()].clone(),
                body,
                headers: headers
                    .into_iter()
                    .map(|(name, value)| (HeaderName::from_static(name), value))
                    .collect(),
            });
        };
        let input = method.input();
        for round in 0..rounds() {
            let hostile =
                (round > 0).then(|| self.dice.below(FIELDS.min(input.fields().len() * 2 + 1)));
            let message = request(&input, &self.seen, &mut self.dice, hostile);
            add("hostile", frame(&message.encode_to_vec()), vec![]);
        }
        let good = request(&input, &self.seen, &mut self.dice, None);
        for kind in 0..MALFORMED {
            // The large ones for every eighth method: they cost the most and meet the same decoder.
            if matches!(kind, 7 | 8) && !self.dice.one_in(8) {
                continue;
            }
            add("malformed", frame(&malformed(&input, &good, kind)), vec![]);
        }
        let bytes = good.encode_to_vec();
        let length = u32::try_from(bytes.len()).unwrap();
        add("no frame", bytes::Bytes::new(), vec![]);
        add("half a frame", framed(0, length + 1000, &bytes), vec![]);
        add("endless frame", framed(0, u32::MAX, &bytes), vec![]);
        add("unknown flag", framed(7, length, &bytes), vec![]);
        add("unannounced compression", framed(1, length, &bytes), vec![]);
        let gzip = || vec![("grpc-encoding", HeaderValue::from_static("gzip"))];
        add(
            "compressed garbage",
            framed(1, 4, &[0x1f, 0x8b, 0xff, 0x00]),
            gzip(),
        );
        if self.dice.one_in(8) {
            add("oversized", frame(&vec![0x41; 17 * 1024 * 1024]), vec![]);
        }
        for (name, value) in [
            ("grpc-timeout", HeaderValue::from_static("-1S; drop")),
            (
                "traceparent",
                HeaderValue::from_static("'; drop table people;--"),
            ),
            (
                "x-jianyi-peer",
                HeaderValue::from_static("../../etc/passwd"),
            ),
            (
                "authorization",
                HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap(),
            ),
            ("x-long", HeaderValue::try_from("x".repeat(20_000)).unwrap()),
            ("x-garbage-bin", HeaderValue::from_static("!!!")),
            (
                "accept-encoding",
                HeaderValue::from_static("=cmd|' /C calc'!A0"),
            ),
        ] {
            add("metadata", frame(b"\xff"), vec![(name, value)]);
        }
        attempts
    }
}
