//! The right edge of the tree: all that is needed to go on and to know the root, in O(log n).

use crate::{Hash, HashKind};

/// Roots of the full subtrees that make up the tree, largest first: one for each 1 in the size's binary
/// form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frontier {
    kind: HashKind,
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    #[must_use]
    pub const fn new(kind: HashKind) -> Self {
        Self {
            kind,
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// Takes a tree up where [`Frontier::to_bytes`] left it; `None` when the bytes do not fit the size.
    #[must_use]
    pub fn resume(kind: HashKind, size: u64, bytes: &[u8]) -> Option<Self> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && u32::try_from(peaks.len()) == Ok(size.count_ones());
        fits.then(|| Self {
            kind,
            size,
            peaks: peaks.to_vec(),
        })
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut carry = leaf;
        let mut height = self.size;
        while height & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                carry = self.kind.node(&left, &carry);
            }
            height >>= 1;
        }
        self.peaks.push(carry);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree as it is.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => self.kind.empty(),
            Some(&last) => peaks.fold(last, |right, left| self.kind.node(left, &right)),
        }
    }

    /// The peaks, one after another.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::proof::root;

    proptest! {
        #[test]
        fn g04_the_frontier_knows_the_same_root_as_the_whole_tree(
            macs in prop::collection::vec(any::<[u8; 32]>(), 0..70),
            cut in 0..70_usize,
            sm3: bool,
        ) {
            let kind = if sm3 { HashKind::Sm3 } else { HashKind::Sha256 };
            let leaves: Vec<Hash> = macs.iter().map(|mac| kind.leaf(mac)).collect();
            let mut frontier = Frontier::new(kind);
            for (n, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(frontier.root(), root(kind, &leaves[..n]));
                if n == cut {
                    frontier = Frontier::resume(kind, frontier.size(), &frontier.to_bytes()).unwrap();
                }
                frontier.push(*leaf);
            }
            prop_assert_eq!(frontier.root(), root(kind, &leaves));
            prop_assert!(Frontier::resume(kind, frontier.size() + 1, &[1; 31]).is_none());
        }
    }
}
