//! The trial balance: sums by account, whose difference is zero as long as only entries went in.

use std::collections::BTreeMap;

use jianyi_kernel::Fen;

use super::Error;
use super::chart::Account;

/// Debits and credits by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TrialBalance {
    sums: BTreeMap<Account, (Fen, Fen)>,
    debit: Fen,
    credit: Fen,
}

impl TrialBalance {
    /// Adds movements of an account.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when a sum does not fit.
    pub(crate) fn add(&mut self, account: &Account, debit: Fen, credit: Fen) -> Result<(), Error> {
        let sums = self.sums.entry(account.clone()).or_default();
        for (sum, amount) in [
            (&mut sums.0, debit),
            (&mut sums.1, credit),
            (&mut self.debit, debit),
            (&mut self.credit, credit),
        ] {
            *sum = sum.checked_add(amount).ok_or(Error::TooLarge)?;
        }
        Ok(())
    }

    /// Account, debits, credits; by chart and code.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Account, Fen, Fen)> {
        self.sums
            .iter()
            .map(|(account, (debit, credit))| (account, *debit, *credit))
    }

    /// All debits.
    pub(crate) const fn debit(&self) -> Fen {
        self.debit
    }

    /// All credits.
    pub(crate) const fn credit(&self) -> Fen {
        self.credit
    }

    /// Debits less credits.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when it does not fit.
    pub(crate) fn difference(&self) -> Result<Fen, Error> {
        self.debit.checked_sub(self.credit).ok_or(Error::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use time::macros::date;

    use super::super::chart::{Chart, ChartVersion};
    use super::super::entry::{JournalEntry, Line, Side};
    use super::*;

    const CODES: [&str; 6] = ["1002", "2209", "3101", "410101", "5101", "5201"];

    fn chart(version: ChartVersion) -> Chart {
        let codes: BTreeSet<String> = CODES.map(String::from).into();
        match version {
            ChartVersion::A => Chart::new(
                version,
                date!(2005 - 01 - 01),
                Some(date!(2025 - 12 - 31)),
                codes,
            ),
            ChartVersion::B => Chart::new(version, date!(2026 - 01 - 01), None, codes),
        }
    }

    fn post(balance: &mut TrialBalance, entry: &JournalEntry) {
        for line in entry.lines() {
            balance
                .add(line.account(), line.debit(), line.credit())
                .unwrap();
        }
    }

    /// What somebody may try: raw lines, which may or may not balance, or a reversal of an earlier entry.
    #[derive(Debug, Clone)]
    enum Attempt {
        Raw {
            late: bool,
            lines: Vec<(usize, bool, i64)>,
        },
        Pair {
            late: bool,
            debit: usize,
            credit: usize,
            fen: i64,
        },
        Reverse(usize),
    }

    fn attempt() -> impl Strategy<Value = Attempt> {
        let code = 0..CODES.len();
        prop_oneof![
            (
                any::<bool>(),
                prop::collection::vec((code.clone(), any::<bool>(), -3_i64..9), 0..5)
            )
                .prop_map(|(late, lines)| Attempt::Raw { late, lines }),
            (any::<bool>(), code.clone(), code, 1_i64..1_000_000_000_000).prop_map(
                |(late, debit, credit, fen)| Attempt::Pair {
                    late,
                    debit,
                    credit,
                    fen
                }
            ),
            (0_usize..40).prop_map(Attempt::Reverse),
        ]
    }

    fn book(late: bool, lines: &[(usize, Side, i64)]) -> Result<JournalEntry, Error> {
        let (chart, on) = if late {
            (chart(ChartVersion::B), date!(2026 - 01 - 01))
        } else {
            (chart(ChartVersion::A), date!(2025 - 12 - 31))
        };
        let lines = lines
            .iter()
            .map(|(code, side, fen)| {
                Line::new(chart.account(CODES[*code])?, *side, Fen::new(*fen), None)
            })
            .collect::<Result<Vec<_>, _>>()?;
        JournalEntry::balance(on, &chart, lines)
    }

    proptest! {
        #[test]
        fn d11_any_sequence_of_operations_keeps_the_trial_balance_at_zero(
            attempts in prop::collection::vec(attempt(), 0..60)
        ) {
            let mut balance = TrialBalance::default();
            let mut booked: Vec<JournalEntry> = Vec::new();
            for attempt in attempts {
                let entry = match attempt {
                    Attempt::Raw { late, lines } => {
                        let lines: Vec<_> = lines
                            .into_iter()
                            .map(|(code, debit, fen)| (code, if debit { Side::Debit } else { Side::Credit }, fen))
                            .collect();
                        book(late, &lines)
                    }
                    Attempt::Pair { late, debit, credit, fen } => {
                        book(late, &[(debit, Side::Debit, fen), (credit, Side::Credit, fen)])
                    }
                    Attempt::Reverse(at) => match booked.get(at) {
                        None => continue,
                        Some(entry) => entry.reverse(entry.booked_on(), &chart(entry.chart())),
                    },
                };
                if let Ok(entry) = entry {
                    post(&mut balance, &entry);
                    booked.push(entry);
                }
                prop_assert_eq!(balance.difference(), Ok(Fen::ZERO));
            }
            let sums = balance.rows().try_fold((Fen::ZERO, Fen::ZERO), |sums, (_, debit, credit)| {
                Some((sums.0.checked_add(debit)?, sums.1.checked_add(credit)?))
            });
            prop_assert_eq!(sums, Some((balance.debit(), balance.credit())));
        }
    }

    #[test]
    fn v41_a_million_entries_of_one_fen_make_exactly_ten_thousand_yuan() {
        let entry = book(false, &[(0, Side::Debit, 1), (3, Side::Credit, 1)]).unwrap();
        let mut balance = TrialBalance::default();
        for _ in 0..1_000_000 {
            post(&mut balance, &entry);
        }
        assert_eq!(balance.debit().to_string(), "10,000.00");
        assert_eq!(balance.credit().to_string(), "10,000.00");
        assert_eq!(balance.difference(), Ok(Fen::ZERO));
    }
}
