//! A block of ports that is this process's alone as long as it lives.
//!
//! Between looking for a free port and a server's listening on it a second may pass. The kernel would meanwhile
//! give the same port to another process, or to a connection going out; on a busy machine with many servers
//! starting that does happen. So each process of ours holds a block below the range of outgoing connections, by
//! listening on the block's first port, and hands out the others one after the other.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

const FIRST: u16 = 15_000;
const SIZE: u16 = 256;
/// Linux's default; a machine may be told otherwise.
const OUTGOING_FROM: u16 = 32_768;

static OURS: Mutex<Option<Block>> = Mutex::new(None);

/// The next free port of this process's block; None when no block is free or all its ports are taken.
pub(super) fn next() -> Option<u16> {
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    if ours.is_none() {
        *ours = Block::hold(FIRST..outgoing_from());
    }
    ours.as_mut()?.next()
}

#[derive(Debug)]
struct Block {
    /// Never accepted from: that it listens keeps others out.
    _held: TcpListener,
    first: u16,
    given: u16,
}

impl Block {
    /// Looks from a place that differs between processes, so that they rarely meet.
    fn hold(range: Range<u16>) -> Option<Self> {
        let firsts: Vec<u16> = (range.start..range.end.saturating_sub(SIZE - 1))
            .step_by(usize::from(SIZE))
            .collect();
        let from = usize::try_from(std::process::id()).ok()? % firsts.len().max(1);
        firsts
            .iter()
            .cycle()
            .skip(from)
            .take(firsts.len())
            .find_map(|first| {
                Some(Self {
                    _held: bind(*first)?,
                    first: *first,
                    given: 0,
                })
            })
    }

    fn next(&mut self) -> Option<u16> {
        for _ in 1..SIZE {
            self.given = self.given % (SIZE - 1) + 1;
            let port = self.first + self.given;
            if bind(port).is_some() {
                return Some(port);
            }
        }
        None
    }
}

fn bind(port: u16) -> Option<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
}

fn outgoing_from() -> u16 {
    fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(OUTGOING_FROM)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_block_has_one_holder_and_gives_no_port_twice_in_a_round() {
        let range = 14_000..14_000 + SIZE;
        let mut block = Block::hold(range.clone()).unwrap();
        assert!(Block::hold(range.clone()).is_none());
        let taken = bind(range.start + 7).unwrap();
        let given: BTreeSet<u16> = (0..SIZE - 2).map(|_| block.next().unwrap()).collect();
        assert_eq!(given.len(), usize::from(SIZE - 2));
        assert!(given.iter().all(|port| range.contains(port)));
        assert!(!given.contains(&(range.start + 7)) && !given.contains(&range.start));
        drop(block);
        assert!(Block::hold(range).is_some());
        drop(taken);
    }

    #[test]
    fn where_outgoing_connections_begin_before_a_block_ends_it_is_not_taken() {
        let first = 13_000;
        assert!(Block::hold(first..first + SIZE - 1).is_none());
        assert!(Block::hold(first..first + SIZE).is_some());
    }
}
