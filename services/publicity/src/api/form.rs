//! Reading a message: every field once, and what is wrong with any of them is said all at once.

use jianyi_kernel::{
    Count, Division, Fault, FuzzyDate, Id, IdKind, Violation, Violations, parse_day,
};
use jianyi_proto::api::v1 as api;
use jianyi_proto::{convert, name};
use time::Date;

use crate::domain::bus_line::LineNumber;
use crate::domain::{Origin, Title};
use crate::word::Word;

/// Reads the fields of one message, noting every violation under the message's own path.
#[derive(Debug)]
pub(crate) struct Form {
    path: &'static str,
    violations: Violations,
}

impl Form {
    /// The fields of the request itself have the path "".
    pub(crate) const fn new(path: &'static str) -> Self {
        Self {
            path,
            violations: Violations::new(),
        }
    }

    /// Reads the resource in a Create request.
    pub(crate) fn read<W, T>(
        path: &'static str,
        wire: Option<W>,
        read: impl FnOnce(&mut Self, W) -> Option<T>,
    ) -> Result<T, Fault> {
        let mut form = Self::new(path);
        let wire = wire.ok_or_else(|| Violation::required(path))?;
        let value = read(&mut form, wire);
        form.finish(value)
    }

    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Fault> {
        self.violations.finish_with(value)
    }

    fn at(&self, field: &str) -> String {
        if self.path.is_empty() {
            field.into()
        } else {
            format!("{}.{field}", self.path)
        }
    }

    pub(crate) fn take<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        let at = self.at(field);
        self.violations.take(read(&at))
    }

    pub(crate) fn title(&mut self, text: &str) -> Option<Title> {
        let at = self.at("title");
        Title::parse(&mut self.violations, &at, text)
    }

    pub(crate) fn required(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        let at = self.at(field);
        self.violations.text(&at, text, max)
    }

    pub(crate) fn text(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        let at = self.at(field);
        self.violations.optional_text(&at, text, max)
    }

    /// A short list of short texts.
    pub(crate) fn texts(
        &mut self,
        field: &str,
        texts: &[String],
        max: usize,
    ) -> Option<Vec<String>> {
        if texts.len() > 500 {
            let at = self.at(field);
            self.violations.push(Violation::new(
                &at,
                "TOO_MANY",
                format!("`{at}` has more than 500 entries"),
                "条目过多,最多 500 项",
            ));
            return None;
        }
        texts
            .iter()
            .map(|text| self.required(field, text, max))
            .collect()
    }

    pub(crate) fn fuzzy(&mut self, field: &str, text: &str) -> Option<FuzzyDate> {
        self.take(field, |at| FuzzyDate::parse(at, text))
    }

    /// A fuzzy date that must say something.
    pub(crate) fn known_date(&mut self, field: &str, text: &str) -> Option<FuzzyDate> {
        self.take(field, |at| {
            FuzzyDate::parse(at, text).and_then(|on| {
                if on.span().is_some() {
                    Ok(on)
                } else {
                    Err(Violation::required(at))
                }
            })
        })
    }

    pub(crate) fn day(&mut self, field: &str, text: &str) -> Option<Date> {
        self.take(field, |at| parse_day(at, text))
    }

    pub(crate) fn count(&mut self, field: &str, count: Option<api::Count>) -> Option<Count> {
        self.take(field, |at| convert::count(at, count))
    }

    pub(crate) fn word<T: Word>(&mut self, field: &str, number: i32) -> Option<T> {
        self.take(field, |at| {
            T::from_wire(number).ok_or_else(|| {
                Violation::new(
                    at,
                    "WORD_UNKNOWN",
                    format!("`{at}` is unspecified or unknown"),
                    "请选择一个类别",
                )
            })
        })
    }

    pub(crate) fn name<K: IdKind>(&mut self, field: &str, text: &str) -> Option<Id<K>> {
        self.take(field, |at| name::parse(at, text))
    }

    pub(crate) fn optional_name<K: IdKind>(
        &mut self,
        field: &str,
        text: &str,
    ) -> Option<Option<Id<K>>> {
        if text.is_empty() {
            Some(None)
        } else {
            self.name(field, text).map(Some)
        }
    }

    pub(crate) fn optional_division(
        &mut self,
        field: &str,
        code: &str,
    ) -> Option<Option<Division>> {
        if code.is_empty() {
            Some(None)
        } else {
            self.take(field, |at| Division::parse(at, code)).map(Some)
        }
    }

    /// An empty division is the city.
    pub(crate) fn division(&mut self, code: &str) -> Option<Division> {
        self.optional_division("division", code)
            .map(|division| division.unwrap_or_else(Division::city))
    }

    pub(crate) fn origin(
        &mut self,
        division: &str,
        provenance: Option<api::Provenance>,
    ) -> Option<Origin> {
        let division = self.division(division);
        let path = self.path;
        let provenance = self
            .violations
            .take(convert::provenance(provenance).map_err(|violation| {
                if path.is_empty() {
                    violation
                } else {
                    violation.within(path)
                }
            }));
        Some(Origin {
            division: division?,
            provenance: provenance?,
        })
    }

    pub(crate) fn line_number(
        &mut self,
        line_no: &str,
        from_on: Option<FuzzyDate>,
    ) -> Option<LineNumber> {
        let line_no = self.required("line_no", line_no, 16);
        Some(LineNumber {
            line_no: line_no?,
            from_on: from_on?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::outlet::OutletKind;

    #[test]
    fn every_violation_is_told_under_its_path() {
        let fault = Form::read("outlet", Some(()), |form, ()| {
            let title = form.title("");
            let kind = form.word::<OutletKind>("kind", 99);
            let origin = form.origin(
                "4106",
                Some(api::Provenance {
                    sources: vec!["源".into()],
                    locations: vec![],
                }),
            );
            Some((title?, kind?, origin?))
        })
        .unwrap_err();
        let Fault::Invalid(violations) = fault else {
            panic!("{fault}")
        };
        let fields: Vec<_> = violations
            .iter()
            .map(|violation| violation.field.as_str())
            .collect();
        assert_eq!(
            fields,
            [
                "outlet.title",
                "outlet.kind",
                "outlet.division",
                "outlet.provenance.sources"
            ]
        );
    }
}
