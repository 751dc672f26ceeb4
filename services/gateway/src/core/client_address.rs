//! The address of a client: that of its connection or, where a trusted proxy forwards for it, the one that the proxy
//! names. Only what trusted proxies have appended is believed: the header is read from its end.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Request, header, request::Parts},
};
use onestop_chassis::settings::{ForwardedHeader, Networks, Settings};

/// The address of the client: an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// A load balancer has forwarded the connection and named no client: an extension of its requests. It reads no requests, so who is
/// named in them was named by the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unnamed;

/// Which proxies are trusted, and how they name the client.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    trusted: Networks,
    header: ForwardedHeader,
}

impl Proxies {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            trusted: settings.trusted_proxies.clone(),
            header: settings.forwarded_header,
        }
    }

    /// The client of a request that came from `peer`.
    pub(crate) fn client_of<B>(&self, peer: IpAddr, request: &Request<B>) -> IpAddr {
        match request.extensions().get::<Unnamed>() {
            Some(Unnamed) => peer.to_canonical(),
            None => self.client(peer, request.headers()),
        }
    }

    /// The client that the headers name: the last address that no trusted proxy has.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusted.contain(client) {
            return client;
        }
        let name = match self.header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => header::FORWARDED.as_str(),
        };
        let values: Vec<&str> = headers
            .get_all(name)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let hops = values
            .iter()
            .rev()
            .flat_map(|value| value.rsplit(','))
            .map(|hop| match self.header {
                ForwardedHeader::XForwardedFor => address(hop),
                ForwardedHeader::Forwarded => forwarded_for(hop).and_then(address),
            });
        for hop in hops {
            // What cannot be read was not written by a trusted proxy, so neither was anything before it.
            let Some(hop) = hop else { break };
            client = hop.to_canonical();
            if !self.trusted.contain(client) {
                break;
            }
        }
        client
    }
}

/// The node of the parameter `for` of one hop (RFC 7239).
fn forwarded_for(hop: &str) -> Option<&str> {
    let mut pairs = hop.split(';');
    pairs.find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    })
}

/// An address, with or without a port, quotes and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map_or(text, |(inner, _)| inner);
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare.parse().ok().or_else(with_port)
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Every request passes the layer that finds it.
        let unknown = Self(Ipv4Addr::UNSPECIFIED.into());
        Ok(parts.extensions.get().copied().unwrap_or(unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ForwardedHeader, peer: &str, sent: &[(&'static str, &str)]) -> String {
        let proxies = Proxies {
            trusted: "127.0.0.1, 10.0.0.0/8".parse().unwrap(),
            header,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, value.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_appended() {
        let found = |peer, value: &str| {
            let sent = [("x-forwarded-for", value)];
            client(ForwardedHeader::XForwardedFor, peer, &sent)
        };
        assert_eq!(found("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(found("127.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(found("::ffff:127.0.0.1", "198.51.100.1"), "198.51.100.1");
        // The client has made up the first one; the second proxy is in front of the first.
        let chain = "1.2.3.4, 198.51.100.1, 10.0.0.3";
        assert_eq!(found("127.0.0.1", chain), "198.51.100.1");
        assert_eq!(found("127.0.0.1", "1.2.3.4, unknown"), "127.0.0.1");
        assert_eq!(found("127.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
        assert_eq!(found("127.0.0.1", "198.51.100.1:4711"), "198.51.100.1");
        assert_eq!(
            client(ForwardedHeader::XForwardedFor, "127.0.0.1", &[]),
            "127.0.0.1"
        );
    }

    #[test]
    fn headers_that_come_twice_are_one_list() {
        let sent = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-for", "5.6.7.8"),
        ];
        let found = client(ForwardedHeader::XForwardedFor, "127.0.0.1", &sent);
        assert_eq!(found, "5.6.7.8");
    }

    #[test]
    fn only_the_header_of_the_setting_is_read() {
        let sent = [
            ("x-forwarded-for", "1.2.3.4"),
            (
                "forwarded",
                "for=\"[2001:db8::7]\";proto=https, For=198.51.100.1",
            ),
        ];
        let found = client(ForwardedHeader::Forwarded, "10.9.9.9", &sent);
        assert_eq!(found, "198.51.100.1");
        let hidden = [("forwarded", "for=198.51.100.1, for=_hidden")];
        let found = client(ForwardedHeader::Forwarded, "10.9.9.9", &hidden);
        assert_eq!(found, "10.9.9.9");
    }
}
