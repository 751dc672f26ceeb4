//! Ports of servers that get theirs as a setting: no two tests draw one.

use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    ops::Range,
    sync::{Mutex, PoisonError},
};

/// The system assigns the ports above to outgoing connections, which could take one before its server listens.
const NAMED: Range<u16> = 20_000..32_000;

/// What was drawn. Each port stays bound for UDP, in which no server here listens, as long as the process lives: another test
/// does not draw it before its server listens.
static DRAWN: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

/// A port that no test has, and on which no server listens.
pub fn free_port() -> u16 {
    free_ports(1)
}

/// The first of so many such ports in a row.
pub fn free_ports(count: u16) -> u16 {
    loop {
        let first = fastrand::u16(NAMED);
        let own: Option<Vec<UdpSocket>> = (first..first + count).map(draw).collect();
        if let Some(own) = own {
            let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
            drawn.extend(own);
            return first;
        }
    }
}

fn draw(port: u16) -> Option<UdpSocket> {
    let own = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
    Some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_is_drawn_no_second_time() {
        let first = free_ports(3);
        assert!((first..first + 3).all(|port| draw(port).is_none()));
        let listens = TcpListener::bind((Ipv4Addr::LOCALHOST, first));
        assert!(listens.is_ok(), "its server listens");
    }
}
