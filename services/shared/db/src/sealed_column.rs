//! Where a service keeps sealed values, as data: what turning a key must go through.

use std::collections::BTreeMap;

/// A column of sealed values. All texts are the program's own; SQL is built from nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column of type `bytea`.
    pub column: &'static str,
    /// What values are bound to, with the row's key in braces, e.g. `people/{id}/full_name`.
    pub place: &'static str,
    pub(crate) key: RowKey,
    pub(crate) subject: Option<&'static str>,
}

/// The columns of a primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKey {
    Uuid(&'static [&'static str]),
    Text(&'static [&'static str]),
}

impl SealedColumn {
    /// A column of a table whose primary key is `id uuid`.
    #[must_use]
    pub const fn new(table: &'static str, column: &'static str, place: &'static str) -> Self {
        Self {
            table,
            column,
            place,
            key: RowKey::Uuid(&["id"]),
            subject: None,
        }
    }

    /// A secret of the audit log.
    const fn of_audit(column: &'static str, place: &'static str) -> Self {
        let mut secret = Self::new("audit_secrets", column, place);
        secret.key = RowKey::Uuid(&["key_id"]);
        secret
    }

    /// A column of a table whose primary key consists of these columns of type `text`.
    #[must_use]
    pub const fn keyed_by(mut self, key: &'static [&'static str]) -> Self {
        self.key = RowKey::Text(key);
        self
    }

    /// The values belong under the key of a subject, e.g. `people/{id}`. Those from before the subject
    /// had one are moved under it.
    #[must_use]
    pub const fn owned_by(mut self, subject: &'static str) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(crate) fn key_columns(&self) -> &'static [&'static str] {
        match self.key {
            RowKey::Uuid(columns) | RowKey::Text(columns) => columns,
        }
    }

    /// `(a, b)`.
    fn key_tuple(&self) -> String {
        format!("({})", self.key_columns().join(", "))
    }

    /// `array[a::text, b::text]`.
    fn key_array(&self) -> String {
        let columns: Vec<String> = self
            .key_columns()
            .iter()
            .map(|column| format!("{column}::text"))
            .collect();
        format!("array[{}]", columns.join(", "))
    }

    /// The tuple out of a parameter of type `text[]`.
    fn key_parameter(&self, parameter: &str) -> String {
        let cast = match self.key {
            RowKey::Uuid(_) => "::uuid",
            RowKey::Text(_) => "",
        };
        let elements: Vec<String> = (1..=self.key_columns().len())
            .map(|at| format!("({parameter}::text[])[{at}]{cast}"))
            .collect();
        format!("({})", elements.join(", "))
    }

    /// Values that are not sealed as they would be now, in the order of keys: all (`$1` the header that
    /// values get now, `$2` limit), or those after a key (`$3`).
    pub(crate) fn select_stale(&self, after: bool) -> String {
        let Self { table, column, .. } = self;
        let format = format!("substring({column} from 1 for 1)");
        let stale = if self.subject.is_some() {
            // Under the subject's key, and with the cipher of the time.
            format!(
                "({format} in ('\\x01', '\\x02')
                  or ({format} = '\\x03' and substring({column} from 2 for 1) <> substring($1::bytea from 2 for 1)))"
            )
        } else {
            format!(
                "({format} = '\\x01' or ({format} = '\\x02' and substring({column} from 3 for 4) < substring($1::bytea from 3 for 4)))"
            )
        };
        let tuple = self.key_tuple();
        let from = if after {
            format!("and {tuple} > {}", self.key_parameter("$3"))
        } else {
            String::new()
        };
        format!(
            "select {} as key, {column} as sealed from {table} where {stale} {from} order by {} limit $2",
            self.key_array(),
            self.key_columns().join(", "),
        )
    }

    /// Puts `$1` in the place of `$3` in the row `$2`, if it is still there.
    pub(crate) fn replace(&self) -> String {
        let Self { table, column, .. } = self;
        format!(
            "update {table} set {column} = $1 where {} = {} and {column} = $3",
            self.key_tuple(),
            self.key_parameter("$2")
        )
    }

    /// How many values begin with which header.
    pub(crate) fn count_headers(&self) -> String {
        let Self { table, column, .. } = self;
        format!(
            "select substring({column} from 1 for case substring({column} from 1 for 1) when '\\x02' then 6 else 2 end) as header,
                    count(*) from {table} where {column} is not null group by 1 order by 1"
        )
    }

    /// A pattern with the values of a row's key in it.
    pub(crate) fn fill(&self, pattern: &str, key: &[String]) -> String {
        let values: BTreeMap<&str, &str> = self
            .key_columns()
            .iter()
            .copied()
            .zip(key.iter().map(String::as_str))
            .collect();
        let mut filled = String::new();
        let mut rest = pattern;
        while let Some((text, (name, tail))) = rest
            .split_once('{')
            .and_then(|(text, tail)| Some((text, tail.split_once('}')?)))
        {
            filled.push_str(text);
            filled.push_str(values.get(name).copied().unwrap_or_default());
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }
}

/// Sealed values in the platform's own tables.
pub(crate) const PLATFORM: [SealedColumn; 4] = [
    SealedColumn::of_audit("sealed_signing_key", "audit_secrets/{key_id}/signing_key"),
    SealedColumn::of_audit("sealed_leaf_key", "audit_secrets/{key_id}/leaf_key"),
    SealedColumn::new(
        "idempotency",
        "sealed_reply",
        "idempotency/{method}/{request_id}",
    )
    .keyed_by(&["method", "caller", "request_id"]),
    SealedColumn::new("subject_keys", "wrapped", "subject_keys/{subject}").keyed_by(&["subject"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_filled_once_whatever_a_value_says() {
        let [.., reply, _] = PLATFORM;
        let key = ["/m".into(), "caller".into(), "{method}".into()];
        assert_eq!(reply.fill(reply.place, &key), "idempotency//m/{method}");
        let column =
            SealedColumn::new("people", "phone", "people/{id}/phone").owned_by("people/{id}");
        assert_eq!(column.fill(column.place, &["7".into()]), "people/7/phone");
        assert_eq!(column.fill("people/{id}", &["7".into()]), "people/7");
    }
}
