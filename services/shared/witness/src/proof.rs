//! Proofs that a leaf is in a tree, and that a tree is the beginning of another (RFC 6962, 2.1; the
//! checks are those of RFC 9162).

use crate::{Hash, HashKind};

/// The root of a whole tree, computed from all its leaves.
pub(crate) fn root(kind: HashKind, leaves: &[Hash]) -> Hash {
    match leaves {
        [] => kind.empty(),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(split(more.len()));
            kind.node(&root(kind, left), &root(kind, right))
        }
    }
}

/// The largest power of two below `n`, for `n` of at least two.
const fn split(n: usize) -> usize {
    let mut k = 1;
    while k << 1 < n {
        k <<= 1;
    }
    k
}

/// The hashes by which the leaf at `index` leads to the root; `None` when there is no such leaf.
#[must_use]
pub fn prove_inclusion(kind: HashKind, leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut path, sibling) = if index < k {
        (prove_inclusion(kind, left, index)?, root(kind, right))
    } else {
        (prove_inclusion(kind, right, index - k)?, root(kind, left))
    };
    path.push(sibling);
    Some(path)
}

/// Whether the leaf stands at `index` of the tree of this size and root.
#[must_use]
pub fn verify_inclusion(
    kind: HashKind,
    (size, tree): (u64, &Hash),
    (index, leaf): (u64, &Hash),
    proof: &[Hash],
) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = kind.node(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = kind.node(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *tree
}

/// The hashes that show the first `old` leaves to be the beginning of the tree; `None` when it has fewer.
#[must_use]
pub fn prove_consistency(kind: HashKind, leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    fn subproof(kind: HashKind, leaves: &[Hash], old: usize, whole: bool) -> Vec<Hash> {
        if old == leaves.len() {
            return if whole {
                Vec::new()
            } else {
                vec![root(kind, leaves)]
            };
        }
        let k = split(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut path, sibling) = if old <= k {
            (subproof(kind, left, old, whole), root(kind, right))
        } else {
            (subproof(kind, right, old - k, false), root(kind, left))
        };
        path.push(sibling);
        path
    }
    if old > leaves.len() {
        return None;
    }
    Some(if old == 0 {
        Vec::new()
    } else {
        subproof(kind, leaves, old, true)
    })
}

/// Whether the tree `old` is the beginning of the tree `new`, each given by size and root.
#[must_use]
pub fn verify_consistency(
    kind: HashKind,
    (old_size, old): (u64, &Hash),
    (new_size, new): (u64, &Hash),
    proof: &[Hash],
) -> bool {
    if old_size == new_size {
        return proof.is_empty() && old == new;
    }
    if old_size > new_size {
        return false;
    }
    if old_size == 0 {
        return proof.is_empty() && *old == kind.empty();
    }
    let (seed, rest) = if old_size.is_power_of_two() {
        (old, proof)
    } else {
        match proof.split_first() {
            Some(split) => split,
            None => return false,
        }
    };
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut first, mut second) = (*seed, *seed);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            first = kind.node(sibling, &first);
            second = kind.node(sibling, &second);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            second = kind.node(&second, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && first == *old && second == *new
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaves(count: u8, kind: HashKind) -> Vec<Hash> {
        (0..count).map(|n| kind.leaf(&[n; 32])).collect()
    }

    #[test]
    fn g04_any_two_sizes_are_consistent_and_every_leaf_is_included() {
        let kind = HashKind::Sha256;
        let all = leaves(40, kind);
        for new in 0..=all.len() {
            let tree = root(kind, &all[..new]);
            let size = u64::try_from(new).unwrap();
            for old in 0..=new {
                let beginning = root(kind, &all[..old]);
                let proof = prove_consistency(kind, &all[..new], old).unwrap();
                let old_size = u64::try_from(old).unwrap();
                assert!(
                    verify_consistency(kind, (old_size, &beginning), (size, &tree), &proof),
                    "{old} {new}"
                );
            }
            for index in 0..new {
                let proof = prove_inclusion(kind, &all[..new], index).unwrap();
                let at = (u64::try_from(index).unwrap(), &all[index]);
                assert!(
                    verify_inclusion(kind, (size, &tree), at, &proof),
                    "{index} {new}"
                );
            }
            assert!(prove_inclusion(kind, &all[..new], new).is_none());
        }
    }

    proptest! {
        #[test]
        fn g04_a_changed_history_proves_nothing(
            new in 2..40_usize, old in 1..40_usize, changed in 0..40_usize, sm3: bool,
        ) {
            let old = 1 + old % (new - 1);
            let changed = changed % old;
            let kind = if sm3 { HashKind::Sm3 } else { HashKind::Sha256 };
            let genuine = leaves(u8::try_from(new).unwrap(), kind);
            let mut forged = genuine.clone();
            forged[changed] = kind.leaf(&[255; 32]);
            let old_size = u64::try_from(old).unwrap();
            let new_size = u64::try_from(new).unwrap();
            let proof = prove_consistency(kind, &forged, old).unwrap();
            let before = root(kind, &genuine[..old]);
            let after = root(kind, &forged);
            prop_assert!(!verify_consistency(kind, (old_size, &before), (new_size, &after), &proof));
            let path = prove_inclusion(kind, &forged, changed).unwrap();
            let at = (u64::try_from(changed).unwrap(), &genuine[changed]);
            prop_assert!(!verify_inclusion(kind, (new_size, &after), at, &path));
        }
    }
}
