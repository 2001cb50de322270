//! Enumerations that are stored and sent as short codes, so that one list serves database and wire.

/// A closed set of codes.
pub(crate) trait Code: Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];
    /// The code, `snake_case`.
    fn code(self) -> &'static str;

    /// The value with this code.
    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

/// Declares an enumeration whose values are kept in text columns under their codes.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $value:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[sqlx(type_name = "text", rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($(#[$value_meta])* $value,)+ }

        impl $crate::domain::codes::Code for $name {
            const ALL: &'static [Self] = &[$(Self::$value,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)+ }
            }
        }
    };
}
pub(crate) use codes;

#[cfg(test)]
mod tests {
    use super::*;

    codes! {
        /// Two words are the case that a renaming rule can get wrong.
        Sample {
            /// One.
            One = "one",
            /// Two words.
            TwoWords = "two_words",
        }
    }

    #[test]
    fn a_code_leads_back_to_its_value() {
        for value in Sample::ALL {
            assert_eq!(Sample::of(value.code()), Some(*value));
            assert_eq!(serde_json::to_value(value).unwrap(), value.code());
        }
        assert_eq!(Sample::of("three"), None);
    }
}
