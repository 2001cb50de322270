//! The one county an instance keeps, so that no county can write into another's register.

use jianyi_kernel::{Division, DomainError, Fault};

use super::DOMAIN;

/// The county (or the city itself, for its own people) that this instance serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct County(Division);

impl County {
    pub(crate) const fn new(division: Division) -> Self {
        Self(division)
    }

    pub(crate) const fn division(&self) -> &Division {
        &self.0
    }

    /// Lets a write for this county pass.
    ///
    /// # Errors
    /// [`WrongDivision`] for any other county.
    pub(crate) fn admit_write(&self, named: &Division) -> Result<(), WrongDivision> {
        if *named == self.0 {
            return Ok(());
        }
        Err(WrongDivision {
            served: self.0.clone(),
            named: named.clone(),
        })
    }

    /// Lets a read in this county pass.
    ///
    /// # Errors
    /// [`Fault::NotFound`]: what another county has is not here.
    pub(crate) fn admit_read(&self, named: &Division, name: &str) -> Result<(), Fault> {
        if *named == self.0 {
            Ok(())
        } else {
            Err(Fault::NotFound(name.into()))
        }
    }
}

/// The write is for another county.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this instance keeps {served}, not {named}")]
pub(crate) struct WrongDivision {
    served: Division,
    named: Division,
}

impl DomainError for WrongDivision {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        "WRONG_DIVISION"
    }

    fn zh(&self) -> String {
        format!(
            "这里只登记 {} 的资料,请到 {} 的系统办理",
            self.served, self.named
        )
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        vec![
            ("served", self.served.to_string()),
            ("named", self.named.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_admits_itself_only_and_the_city_no_county() {
        let division = |code| Division::parse("division", code).unwrap();
        let county = County::new(division("410611"));
        assert!(county.admit_write(&division("410611")).is_ok());
        let refused = county.admit_write(&division("410621")).unwrap_err();
        assert_eq!(refused.reason(), "WRONG_DIVISION");
        assert!(matches!(
            county.admit_read(&division("410621"), "x"),
            Err(Fault::NotFound(_))
        ));
        assert!(
            County::new(Division::city())
                .admit_write(&division("410611"))
                .is_err()
        );
    }
}
