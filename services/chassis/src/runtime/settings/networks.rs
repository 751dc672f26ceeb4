//! Networks of addresses, as the setting `trusted_proxies` lists them.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// Networks in CIDR notation, separated by commas: `127.0.0.1, 10.0.0.0/8, fd00::/8`. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Networks(Vec<Network>);

/// An address and the number of its bits that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no list of networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is no network. Write addresses such as 127.0.0.1 or 10.0.0.0/8, separated by commas"
)]
pub struct InvalidNetwork {
    text: String,
}

/// Whom a budget or a cap of one client counts: an IPv4 address, or the /64 network of an IPv6 address, since one subscriber has
/// the lower half.
pub fn subscriber(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(from) => from.into(),
        IpAddr::V6(from) => Ipv6Addr::from_bits(from.to_bits() >> 64 << 64).into(),
    }
}

impl Networks {
    /// Whether one of the networks has this address. An IPv4 address that is written as IPv6 is the same address.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }

    /// Whether there is no network.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differ = own.to_bits() ^ other.to_bits();
                differ.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differ = own.to_bits() ^ other.to_bits();
                differ.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork {
            text: text.to_owned(),
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| invalid())?,
            None => longest,
        };
        if prefix > longest {
            return Err(invalid());
        }
        Ok(Self { address, prefix })
    }
}

impl FromStr for Networks {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let parts = text.split(',').map(str::trim);
        let filled = parts.filter(|part| !part.is_empty());
        filled.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl TryFrom<String> for Networks {
    type Error = InvalidNetwork;

    fn try_from(text: String) -> Result<Self, InvalidNetwork> {
        text.parse()
    }
}

impl From<Networks> for String {
    fn from(networks: Networks) -> Self {
        networks.to_string()
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Network { address, prefix }) in self.0.iter().enumerate() {
            let between = if index == 0 { "" } else { ", " };
            write!(f, "{between}{address}/{prefix}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_its_network_only() {
        let networks: Networks = "127.0.0.1, 10.20.0.0/14,fd00::/8".parse().unwrap();
        let contain = |address: &str| networks.contain(address.parse().unwrap());
        assert!(contain("127.0.0.1") && contain("10.23.255.255") && contain("fd12::1"));
        assert!(contain("::ffff:10.20.0.1"));
        assert!(!contain("127.0.0.2") && !contain("10.24.0.0") && !contain("fe80::1"));
        let all: Networks = "0.0.0.0/0".parse().unwrap();
        assert!(all.contain("203.0.113.9".parse().unwrap()));
        assert!(!all.contain("::1".parse().unwrap()));
        assert!(!Networks::default().contain("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        let of = |text: &str| subscriber(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:0:1::7"), "2001:db8:0:1::");
        assert_eq!(of("::ffff:10.0.0.7"), "10.0.0.7");
    }

    #[test]
    fn a_list_is_read_as_it_is_printed_and_a_mistake_is_named() {
        let networks: Networks = " 10.0.0.0/8 , ::1 ".parse().unwrap();
        assert_eq!(networks.to_string(), "10.0.0.0/8, ::1/128");
        assert_eq!(networks.to_string().parse(), Ok(networks));
        for wrong in ["10.0.0.0/33", "proxy", "10.0.0.0/", "10.0.0/8"] {
            let told = wrong.parse::<Networks>().unwrap_err().to_string();
            assert!(told.contains(wrong), "{told}");
        }
    }
}
