//! Requests that look right, with something hostile in them.

use std::collections::BTreeMap;

use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::dice::Dice;

const DEEPEST: usize = 4;

/// Text that has meant something to somebody's software.
pub(crate) const HOSTILE: [&str; 20] = [
    "'; drop table people;--",
    "\" or 1=1 --",
    "$1",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "../../etc/passwd",
    "counties/../../people",
    "x\r\nX-Injected: y",
    "a\u{0}b",
    "\u{202e}\u{feff}\u{200b}",
    "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
    "%s%n%x",
    "{{7*7}}${7*7}",
    "<script>alert(1)</script>",
    "counties/999999/people/ffffffff-ffff-ffff-ffff-ffffffffffff",
    "9999-99-99",
    "-0001-01-01",
    "999999999999999999999999",
    "NaN",
    "\u{fffd}",
];

/// Values that were seen in answers, by field.
pub(crate) type Seen = BTreeMap<String, Vec<String>>;

/// Remembers the texts of an answer.
pub(crate) fn learn(message: &DynamicMessage, seen: &mut Seen) {
    for (field, value) in message.fields() {
        learn_value(&field, value, seen);
    }
}

fn learn_value(field: &FieldDescriptor, value: &Value, seen: &mut Seen) {
    match value {
        Value::String(text) if !text.is_empty() && text.len() < 200 => {
            let known = seen.entry(field.name().to_owned()).or_default();
            if known.len() < 40 && !known.contains(text) {
                known.push(text.clone());
            }
        }
        Value::Message(message) => learn(message, seen),
        Value::List(list) => list
            .iter()
            .for_each(|value| learn_value(field, value, seen)),
        _ => {}
    }
}

/// Fills a message with what might be right; the chosen field of it is hostile.
pub(crate) fn request(
    of: &MessageDescriptor,
    seen: &Seen,
    dice: &mut Dice,
    hostile: Option<usize>,
) -> DynamicMessage {
    let mut maker = Maker {
        seen,
        dice,
        hostile,
        at: 0,
    };
    maker.message(of, 0)
}

/// How many values a request of this kind has at most, to spread hostility over.
pub(crate) const FIELDS: usize = 24;

struct Maker<'a> {
    seen: &'a Seen,
    dice: &'a mut Dice,
    hostile: Option<usize>,
    at: usize,
}

impl Maker<'_> {
    fn message(&mut self, of: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(of.clone());
        for field in of.fields() {
            let top = depth == 0;
            if field.containing_oneof().is_some() && self.dice.one_in(2)
                || !top && self.dice.one_in(4)
            {
                continue;
            }
            if depth >= DEEPEST && matches!(field.kind(), Kind::Message(_)) {
                continue;
            }
            let value = if field.is_map() {
                continue;
            } else if field.is_list() {
                let count = 1 + self.dice.below(2);
                Value::List((0..count).map(|_| self.value(&field, depth)).collect())
            } else {
                self.value(&field, depth)
            };
            message.set_field(&field, value);
        }
        message
    }

    fn value(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        let hostile = self.hostile == Some(self.at);
        self.at += 1;
        match field.kind() {
            Kind::Message(of) => Value::Message(self.message(&of, depth + 1)),
            Kind::String => Value::String(if hostile {
                (*self.dice.pick(&HOSTILE)).to_owned()
            } else {
                self.text(field.name())
            }),
            Kind::Bytes => Value::Bytes(vec![0xff, 0x00, 0xfe].into()),
            Kind::Bool => Value::Bool(self.dice.one_in(2)),
            Kind::Enum(of) => {
                let values: Vec<i32> = of.values().map(|value| value.number()).collect();
                Value::EnumNumber(if hostile {
                    *self.dice.pick(&[-1, 9999, i32::MAX, i32::MIN])
                } else {
                    *self.dice.pick(&values)
                })
            }
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(if hostile {
                *self.dice.pick(&[-1, i32::MIN, i32::MAX, 0])
            } else {
                *self.dice.pick(&[1, 3, 12, 50, 2024])
            }),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(if hostile {
                *self
                    .dice
                    .pick(&[-1, i64::MIN, i64::MAX, 253_402_300_800, 0])
            } else {
                *self.dice.pick(&[1, 100, 60_000, 1_717_200_000])
            }),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(if hostile { u32::MAX } else { 3 }),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(if hostile { u64::MAX } else { 3 }),
            Kind::Float => Value::F32(if hostile { f32::NAN } else { 1.5 }),
            Kind::Double => Value::F64(if hostile { f64::INFINITY } else { 1.5 }),
        }
    }

    fn text(&mut self, field: &str) -> String {
        // `person` refers to what a person calls `name`.
        let known = self.seen.get(field).or_else(|| self.seen.get("name"));
        if let Some(known) = known
            && !self.dice.one_in(4)
        {
            return self.dice.pick(known).clone();
        }
        let n = self.dice.next();
        let uuid = format!("01920000-0000-7000-8000-{:012x}", n & 0xffff_ffff_ffff);
        match field {
            "request_id" => uuid,
            "parent" => (*self
                .dice
                .pick(&["counties/410611", "counties/410600", "counties/-"]))
            .into(),
            "division" => (*self.dice.pick(&["410600", "410611", "410611102"])).into(),
            "page_token" | "etag" => String::new(),
            field if field.ends_with("_on") || field.contains("date") || field == "on" => (*self
                .dice
                .pick(&["2024-05-01", "2024", "2024-02-29", "2024-12"]))
            .into(),
            field if field.ends_with("id") => uuid,
            _ => format!("文本{n:x}"),
        }
    }
}

/// Bytes that are no message of the contract, or one that no client would send.
pub(crate) fn malformed(of: &MessageDescriptor, good: &DynamicMessage, kind: usize) -> Vec<u8> {
    let good = good.encode_to_vec();
    let numbers: Vec<u32> = of.fields().map(|field| field.number()).collect();
    let first = numbers.first().copied().unwrap_or(1);
    let mut bytes = Vec::new();
    match kind {
        // Cut off in the middle, with a length that reaches past the end.
        0 => {
            bytes.extend(good.iter().take(good.len() / 2));
            bytes.extend([0x0a, 0x7f, 0x41]);
        }
        // Every field with another wire type than its own.
        1 => {
            for number in &numbers {
                bytes.extend(key(*number, 1));
                bytes.extend([0xff; 8]);
            }
        }
        // Not UTF-8.
        2 => {
            for number in &numbers {
                delimited(&mut bytes, *number, &[0xff, 0xfe, 0xc3, 0x28]);
            }
        }
        // Half of a surrogate pair.
        3 => {
            for number in &numbers {
                delimited(&mut bytes, *number, &[0xed, 0xa0, 0x80]);
            }
        }
        // A thousand messages within each other, where nobody has a field.
        4 => {
            bytes.extend(good);
            bytes.extend(nested(5000, 1000));
        }
        // The same within a field.
        5 => bytes.extend(nested(first, 1000)),
        // Groups, which nobody uses any more.
        6 => {
            for _ in 0..1000 {
                bytes.extend(key(5000, 3));
            }
        }
        // One field a hundred thousand times.
        7 => {
            for number in &numbers {
                for _ in 0..100_000 / numbers.len().max(1) {
                    delimited(&mut bytes, *number, &[]);
                }
            }
        }
        // A mebibyte of text in every field.
        8 => {
            for number in numbers.iter().take(3) {
                delimited(&mut bytes, *number, &vec![b'a'; 1024 * 1024]);
            }
        }
        // A number that does not end.
        9 => bytes.extend([0xff; 64]),
        // Key zero.
        _ => bytes.extend([0x00, 0x00]),
    }
    bytes
}

/// Kinds of [`malformed`].
pub(crate) const MALFORMED: usize = 11;

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn key(number: u32, wire: u32) -> Vec<u8> {
    varint(u64::from(number << 3 | wire))
}

fn delimited(bytes: &mut Vec<u8>, number: u32, content: &[u8]) {
    bytes.extend(key(number, 2));
    bytes.extend(varint(u64::try_from(content.len()).unwrap()));
    bytes.extend(content);
}

fn nested(number: u32, depth: usize) -> Vec<u8> {
    let mut inner = Vec::new();
    for _ in 0..depth {
        let mut outer = Vec::with_capacity(inner.len() + 8);
        delimited(&mut outer, number, &inner);
        inner = outer;
    }
    inner
}
