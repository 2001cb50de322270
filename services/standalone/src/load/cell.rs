//! A value and a field as an operator wrote them.

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Whole(i64),
    Truth(bool),
    List(Vec<Cell>),
    Table(Vec<Field>),
}

impl Cell {
    /// The text, when it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Whole(_) | Self::Truth(_) | Self::List(_) | Self::Table(_) => None,
        }
    }

    /// For messages. Without the value: it may be somebody's identity number.
    pub(super) const fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Whole(_) => "a number",
            Self::Truth(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A key with its value and line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: Cell,
}
