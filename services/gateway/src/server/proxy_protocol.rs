//! The PROXY protocol, versions 1 and 2: the header with which a load balancer begins a connection and names the
//! client. Reads nothing beyond the header.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use tokio::io::{AsyncRead, AsyncReadExt};

/// The first bytes of version 2.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// The longest line of version 1, with its end.
const LONGEST_LINE: usize = 107;
/// The longest header of version 2 that is read: addresses, and what a load balancer adds.
const LONGEST_HEADER: usize = 2_048;

/// Reads the header; returns the client's address, or nothing if the load balancer speaks for itself.
///
/// # Errors
/// If there is no header, or the connection breaks off.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let mut start = [0; SIGNATURE.len()];
    stream.read_exact(&mut start).await?;
    if start == SIGNATURE {
        return read_version_2(stream).await;
    }
    let mut line = start.to_vec();
    while !line.ends_with(b"\r\n") {
        if line.len() >= LONGEST_LINE {
            return Err(invalid("the line does not end"));
        }
        line.push(stream.read_u8().await?);
    }
    let line = std::str::from_utf8(&line).map_err(|_| invalid("the line is no text"))?;
    parse_line(line.trim_end()).ok_or_else(|| invalid("there is no header"))
}

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

/// `PROXY TCP4 203.0.113.9 192.0.2.1 40000 443`, or `PROXY UNKNOWN`.
fn parse_line(line: &str) -> Option<Option<IpAddr>> {
    let mut parts = line.strip_prefix("PROXY ")?.split(' ');
    match parts.next()? {
        "TCP4" => Some(Some(IpAddr::V4(parts.next()?.parse().ok()?))),
        "TCP6" => Some(Some(IpAddr::V6(parts.next()?.parse().ok()?))),
        "UNKNOWN" => Some(None),
        _ => None,
    }
}

async fn read_version_2(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let version_and_command = stream.read_u8().await?;
    let family = stream.read_u8().await?;
    let length = usize::from(stream.read_u16().await?);
    if version_and_command >> 4 != 2 || length > LONGEST_HEADER {
        return Err(invalid("the header is of another version, or too long"));
    }
    let mut addresses = vec![0; length];
    stream.read_exact(&mut addresses).await?;
    match (version_and_command & 0xf, family >> 4) {
        // LOCAL: a check of the load balancer's own.
        (0, _) => Ok(None),
        (1, 1) => {
            let source = addresses.first_chunk::<4>();
            let source = source.ok_or_else(|| invalid("an address is missing"))?;
            Ok(Some(Ipv4Addr::from(*source).into()))
        }
        (1, 2) => {
            let source = addresses.first_chunk::<16>();
            let source = source.ok_or_else(|| invalid("an address is missing"))?;
            Ok(Some(Ipv6Addr::from(*source).into()))
        }
        (1, _) => Ok(None),
        _ => Err(invalid("the command is unknown")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address read, and what is left.
    async fn read_all(mut bytes: &[u8]) -> io::Result<(Option<String>, Vec<u8>)> {
        let address = read(&mut bytes).await?;
        Ok((address.map(|it| it.to_string()), bytes.to_vec()))
    }

    fn version_2(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        [
            &SIGNATURE[..],
            &[0x20 | command, family],
            &length,
            addresses,
            b"GET /",
        ]
        .concat()
    }

    #[tokio::test]
    async fn a_line_of_version_1_names_the_client() {
        let found = read_all(b"PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\nGET /").await;
        let (address, rest) = found.unwrap();
        assert_eq!(address.as_deref(), Some("203.0.113.9"));
        assert_eq!(rest, b"GET /");
        let (address, _) = read_all(b"PROXY TCP6 2001:db8::7 ::1 1 2\r\n")
            .await
            .unwrap();
        assert_eq!(address.as_deref(), Some("2001:db8::7"));
        assert_eq!(read_all(b"PROXY UNKNOWN\r\n").await.unwrap().0, None);
    }

    #[tokio::test]
    async fn a_header_of_version_2_names_the_client() {
        let sent = version_2(
            1,
            0x11,
            &[203, 0, 113, 9, 192, 0, 2, 1, 1, 2, 1, 2, 9, 9, 9],
        );
        let (address, rest) = read_all(&sent).await.unwrap();
        assert_eq!(address.as_deref(), Some("203.0.113.9"));
        assert_eq!(rest, b"GET /");
        let mut addresses = [0; 36];
        addresses[15] = 7;
        let (address, _) = read_all(&version_2(1, 0x21, &addresses)).await.unwrap();
        assert_eq!(address.as_deref(), Some("::7"));
        assert_eq!(read_all(&version_2(0, 0, &[])).await.unwrap().0, None);
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        let endless = [b"PROXY TCP4 ".to_vec(), vec![b'1'; 500]].concat();
        let long = version_2(1, 0x11, &[0; LONGEST_HEADER + 1]);
        for sent in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            b"PROXY TCP4 localhost\r\n",
            b"PROXY TCP9 1.2.3.4 1.2.3.4 1 2\r\n",
            &endless,
            &long,
            &version_2(1, 0x11, &[1, 2]),
            &version_2(7, 0x11, &[0; 12]),
            b"PROX",
        ] {
            assert!(read_all(sent).await.is_err(), "{sent:?}");
        }
    }
}
